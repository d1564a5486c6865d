/**
 * A file that somebody asked for by name. It is replaced whole or left as it was; a link stays, and what it leads to is
 * replaced; nothing but a file ever is: in place of a FIFO or a device its reader would wait for ever.
 */
import { readlink, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { SHARED_FILE, writeFileAtomic } from './atomic-file.ts';
import { errnoOf } from './errno.ts';

/** A link that leads on to itself ends there. */
const MOST_LINKS = 40;

export async function writeOutputFile(path: string, content: string, mode: number = SHARED_FILE): Promise<void> {
  await writeFileAtomic(await replaceable(path), content, mode);
}

/** Why it could not be written, in words for people; of the system's own, which may quote the path. */
export function unwritableReason(cause: unknown): string {
  if (errnoOf(cause) === 'ENOENT') return 'its folder does not exist';
  return cause instanceof Error ? cause.message : String(cause);
}

async function replaceable(path: string): Promise<string> {
  const target = await leadsTo(path);
  const found = await stat(target).catch(() => null);
  if (found !== null && !found.isFile()) {
    throw new Error(found.isDirectory() ? 'it is a folder' : 'it is no regular file');
  }
  return target;
}

/** Where a link leads, even where nothing is there yet. */
async function leadsTo(path: string, left: number = MOST_LINKS): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || left === 0) return path;
    const next = await readlink(path).catch(() => null);
    if (next === null) return path;
    const folder = await realpath(dirname(path)).catch(() => dirname(path));
    return leadsTo(resolve(folder, next), left - 1);
  }
}
