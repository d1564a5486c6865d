/**
 * Whole files or none: whoever reads a file written here sees all of the old content or all of the new, whatever
 * happens in between, a full disk included. Own code, because write-file-atomic takes a short write for a whole one and
 * then renames the truncated file over the good one.
 */
import { randomBytes } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { errnoOf } from './errno.ts';
import { sharedWork } from './shared-work.ts';

/** For the user alone. */
export const PRIVATE_FILE = 0o600;

/** For whoever may read the folder. */
export const SHARED_FILE = 0o644;

/** What is kept in mind of folders stays small, whatever a process serves. */
const MOST_FOLDERS = 1000;

/** Replaces a file, or makes it. The old content is untouched when this throws. */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  mode: number = PRIVATE_FILE,
): Promise<void> {
  await renamed(await writeTemporary(path, content, mode), path);
}

/** Makes a file unless there is one; of several callers at once exactly one gets `true`. Folders are made as needed. */
export async function createOnce(path: string, content: string | Uint8Array): Promise<boolean> {
  if (exists(path)) return false;
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

/** Asked at once, not through the pool of threads: the answer takes microseconds. */
function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
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

/** When a folder was tidied last, by this process. */
const tidied = new Map<string, number>();

const TIDY_EVERY_MS = 3_600_000;

/** The same, at the first call for a folder and once an hour then: it costs as much as the folder is large. */
export async function removeLeftoversHourly(folder: string): Promise<void> {
  const now = performance.now();
  const last = tidied.get(folder);
  if (last !== undefined && now - last < TIDY_EVERY_MS) return;
  await removeLeftovers(folder);
  if (tidied.size >= MOST_FOLDERS) tidied.clear();
  tidied.set(folder, now);
}

/** A second name for a whole file, in place of what had the name. Where there are no links it is a file of its own. */
export async function linkAtomic(file: string, path: string, content: string, mode: number): Promise<void> {
  const temporary = temporaryOf(path);
  try {
    await link(file, temporary);
  } catch {
    await writeFileAtomic(path, content, mode);
    return;
  }
  await renamed(temporary, path);
}

async function renamed(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function temporaryOf(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.tmp`;
}

async function writeTemporary(path: string, content: string | Uint8Array, mode: number): Promise<string> {
  const temporary = temporaryOf(path);
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

/**
 * Makes a new name last through a power failure; not every file system can, and then nothing is lost by going on. Runs in
 * many environments at once share one flush of the folder that they have in common.
 */
export const syncFolder: (folder: string) => Promise<void> = sharedWork(async (folder) => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
});
