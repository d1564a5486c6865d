/**
 * Folders of the registry appear whole: a new one is filled elsewhere, and gets its name by one rename. Else a death in
 * between would leave a folder that says of nobody whose it is, so that nobody would ever take it away.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../files/atomic-file.ts';
import { errnoOf } from '../../files/errno.ts';
import { isLiving } from '../../files/is-living.ts';
import { stagingFolder } from './layout.ts';

type Fill = (folder: string, isNew: boolean) => Promise<void>;

/** Fills the folder of that name within `parent`: where it stands already in place, else as a whole. */
export async function inWholeFolder(root: string, parent: string, name: string, fill: Fill): Promise<void> {
  const folder = join(parent, name);
  if (existsSync(folder)) return fill(folder, false);
  const staging = stagingFolder(root);
  const staged = join(staging, `${process.pid}.${randomBytes(6).toString('hex')}`);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  try {
    await makeFolderIn(staging, staged);
    await fill(staged, true);
    await rename(staged, folder);
    await syncFolder(parent);
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    // Somebody else was faster with the same name.
    if (!['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw error;
    await fill(folder, false);
  } finally {
    await sweep(staging);
  }
}

/** Whoever has just emptied the folder around it takes that away, also while this finds that it is there. */
async function makeFolderIn(staging: string, folder: string): Promise<void> {
  for (;;) {
    try {
      await mkdir(staging, { recursive: true, mode: 0o700 });
      return await mkdir(folder, { mode: 0o700 });
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
}

/** What the dead have left half-filled goes. */
async function sweep(staging: string): Promise<void> {
  for (const name of await readdir(staging).catch(() => [])) {
    if (!isLiving(Number(name.split('.')[0]))) await rm(join(staging, name), { recursive: true, force: true });
  }
  await rmdir(staging).catch(() => undefined);
}
