/** What a git that was killed, or gave up, left in a git folder of ours: nobody's while the lock of trueup is held. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const LEFT = /[.]lock$|^tmp_(pack|idx|rev|obj)_/;

/** Locks, and what came in and is no whole pack. No link is followed. */
export async function removeStaleLocks(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const stale = entries.filter(({ name }) => LEFT.test(name));
  await Promise.all(stale.map(({ parentPath, name }) => rm(join(parentPath, name), { force: true, recursive: true })));
}
