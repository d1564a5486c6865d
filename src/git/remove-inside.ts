/**
 * Removes single things of a clone by their path in it. Paths come from others, and so may links that lie on the way: none
 * is followed, and what is not reached by folders alone is nobody's here.
 */
import { lstat, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { leadsIntoDotGit } from './dot-git.ts';

/** A file, or a folder that is empty. Whatever else stands there stays, and so does what cannot be removed. */
export async function removeInside(root: string, path: string, what: 'file' | 'folder'): Promise<void> {
  const names = path.split('/');
  if (names.some((name) => name === '' || name === '.' || name === '..') || leadsIntoDotGit(path)) return;
  let here = root;
  for (const name of names.slice(0, -1)) {
    here = join(here, name);
    if ((await lstat(here).catch(() => null))?.isDirectory() !== true) return;
  }
  const place = join(root, path);
  const found = await lstat(place).catch(() => null);
  if (what === 'folder' && found?.isDirectory() === true) await rmdir(place).catch(() => undefined);
  if (what === 'file' && found?.isFile() === true) await unlink(place).catch(() => undefined);
}
