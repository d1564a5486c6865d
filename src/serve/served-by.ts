/** Whether a long-lived process holds a repo, for those who would do the same work a second time. Nothing is taken. */
import { realpath } from 'node:fs/promises';
import { lockKey } from '../state/locks/lock.ts';
import { lockFolder } from '../state/locks/lock-folder.ts';
import type { LockHolder } from '../state/locks/lock-holder.ts';
import { localSights } from '../state/locks/lock-sights.ts';

/** `null` where none does. */
export async function servedBy(root: string, signal: AbortSignal): Promise<LockHolder | null> {
  const key = lockKey({ engine: 'daemon', project: await realpath(root) });
  const sights = await localSights(await lockFolder(), key, signal);
  return sights.find(({ dead }) => !dead)?.holder ?? null;
}
