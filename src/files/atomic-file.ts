/**
 * Whole files or none: whoever reads a file written here sees all of the old content or all of the new, whatever
 * happens in between, a full disk included. Own code, because write-file-atomic takes a short write for a whole one and
 * then renames the truncated file over the good one.
 */
import { randomBytes } from 'node:crypto';
import { link, lstat, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { errnoOf } from './errno.ts';

/** For the user alone. */
export const PRIVATE_FILE = 0o600;

/** For whoever may read the folder. */
export const SHARED_FILE = 0o644;

/** Replaces a file, or makes it. The old content is untouched when this throws. */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  mode: number = PRIVATE_FILE,
): Promise<void> {
  const temporary = await writeTemporary(path, content, mode);
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes a file unless there is one; of several callers at once exactly one gets `true`. Folders are made as needed. */
export async function createOnce(path: string, content: string | Uint8Array): Promise<boolean> {
  if (await exists(path)) return false;
  await makeFolder(dirname(path));
  const temporary = await writeTemporary(path, content, PRIVATE_FILE);
  try {
    await link(temporary, path);
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/** Removes what writers that were killed left in a folder more than an hour ago. */
export async function removeLeftovers(folder: string, now: number = Date.now()): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/\.[0-9a-f]{12}\.tmp$/.test(name)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && now - found.mtimeMs > 3_600_000) await rm(path, { force: true });
  }
}

async function writeTemporary(path: string, content: string | Uint8Array, mode: number): Promise<string> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(temporary, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
    await file.close();
    return temporary;
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes a new name last through a power failure; not every file system can, and then nothing is lost by going on. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
}
