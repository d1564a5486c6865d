/**
 * The git folder of a clone, kept aside while another is made in its place: what is held to must not be lost for what turns
 * out to be nothing. Whatever a killed process left half done is put back by who comes next.
 */
import { lstat, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from './errno.ts';

/** Where it lies meanwhile: beside the clone, on the same file system. */
function asideOf(clone: string): string {
  return join(dirname(clone), 'git-before');
}

export async function setAside(clone: string): Promise<void> {
  await moved(join(clone, '.git'), asideOf(clone));
}

/** The one that was set aside, in place of whatever there is now; nothing where none was. */
export async function putBack(clone: string): Promise<void> {
  const aside = asideOf(clone);
  if ((await lstat(aside).catch(() => null)) === null) return;
  await rm(join(clone, '.git'), { recursive: true, force: true });
  await moved(aside, join(clone, '.git'));
}

/** The new one has everything that is wanted of it. */
export async function letGo(clone: string): Promise<void> {
  const gone = join(dirname(clone), 'git-gone');
  await rm(gone, { recursive: true, force: true });
  // At once: half of it would be put back.
  await moved(asideOf(clone), gone);
  await rm(gone, { recursive: true, force: true });
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
