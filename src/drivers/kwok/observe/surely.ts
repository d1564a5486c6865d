/** Looks that take nothing for gone that may be there: where nobody can tell they reject with `engine_unreachable`. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { isGone } from '../../../files/is-gone.ts';
import { unreadable } from './unreadable.ts';

export async function isSurelyThere(path: string): Promise<boolean> {
  return (await unlessGone(path, stat(path))) !== null;
}

/** `null` for a file that is gone. */
export function readSurely(path: string): Promise<Buffer | null> {
  return unlessGone(path, readFile(path));
}

/** Empty for a folder that is gone. */
export async function listSurely(path: string): Promise<readonly string[]> {
  return (await unlessGone(path, readdir(path))) ?? [];
}

async function unlessGone<T>(path: string, look: Promise<T>): Promise<T | null> {
  try {
    return await look;
  } catch (error) {
    if (isGone(error)) return null;
    throw unreadable(path, path, error);
  }
}
