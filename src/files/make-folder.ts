/**
 * Makes private folders one by one: the recursive mkdir of Node answers ENOENT where the file system is read-only, which
 * would name the wrong trouble.
 */
import { statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './errno.ts';

export const PRIVATE_FOLDER = 0o700;

/** Makes the folder and its parents where they are missing; throws EEXIST where something else stands. */
export async function makeFolder(path: string): Promise<void> {
  if (isFolder(path)) return;
  try {
    await mkdir(path, { mode: PRIVATE_FOLDER });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' && dirname(path) !== path) {
      await makeFolder(dirname(path));
      await mkdir(path, { mode: PRIVATE_FOLDER }).catch((again: unknown) => acceptFolder(path, again));
      return;
    }
    await acceptFolder(path, error);
  }
}

/** Asked at once, not through the pool of threads: nearly always it is there, and the answer takes microseconds. */
function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false;
  }
}

/** A folder that is there already, also behind a symbolic link, is as good as one just made. */
async function acceptFolder(path: string, error: unknown): Promise<void> {
  const found = errnoOf(error) === 'EEXIST' ? await stat(path).catch(() => null) : null;
  if (!found?.isDirectory()) throw error;
}
