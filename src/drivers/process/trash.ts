/** What is removed goes in one rename, so that it is there wholly or not at all; its bytes are freed after that. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../files/errno.ts';
import { trashFolder } from './layout.ts';

/** Takes a folder of the registry away, with all in it. */
export async function discard(root: string, folder: string): Promise<void> {
  while (!movedInto(trashFolder(root), folder));
  await emptyTrash(root);
}

/** Frees what was removed, also by whom that died over it. What another removal is just freeing may vanish meanwhile. */
export async function emptyTrash(root: string): Promise<void> {
  const trash = trashFolder(root);
  for (const name of await readdir(trash).catch(() => [])) {
    await rm(join(trash, name), { recursive: true, force: true }).catch(() => undefined);
  }
  await rmdir(trash).catch(() => undefined);
}

/** Another removal that is just done takes the empty trash folder away, at any moment. */
function movedInto(trash: string, folder: string): boolean {
  try {
    mkdirSync(trash, { recursive: true, mode: 0o700 });
    if (existsSync(folder)) renameSync(folder, join(trash, randomBytes(8).toString('hex')));
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
