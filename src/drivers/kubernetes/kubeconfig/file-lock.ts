/**
 * The lock that kubectl and its like take before they write a kubeconfig: a file beside it that only one can make. Theirs is
 * empty; ours says who made it and where, so that one that a killed trueup left behind here is recognised and removed.
 */
import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from '../../../files/errno.ts';
import { isLiving } from '../../../files/is-living.ts';
import { OWN_SPACE } from '../../../files/own-space.ts';
import { kubeconfigRefused } from './refused.ts';

export interface LockOptions {
  readonly signal: AbortSignal;
  /** How long to wait for somebody else. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 10_000;
const PAUSE_MS = 20;

export async function withFileLock<T>(path: string, options: LockOptions, act: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  await take(path, lock, options);
  try {
    return await act();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(path: string, lock: string, { signal, patienceMs = PATIENCE_MS }: LockOptions): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await made(lock))) {
    signal.throwIfAborted();
    if (await removeLeftOver(lock)) continue;
    if (performance.now() > deadline)
      throw kubeconfigRefused(path, 'is locked by another program', `where nothing writes it, remove ${lock}`);
    await delay(PAUSE_MS, undefined, { signal });
  }
}

/** Whether the lock was free, and is ours now. */
async function made(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx', 0o600);
    try {
      await file.writeFile(`trueup ${process.pid} ${OWN_SPACE}\n`);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Whether a lock of a trueup that was here and lives no more was in the way. */
async function removeLeftOver(lock: string): Promise<boolean> {
  const text = await readFile(lock, 'utf8').catch(() => '');
  if (!isOfTheDead(text)) return false;
  // Two may find it at once: it is taken away first, and put back where it is another one by then.
  const aside = `${lock}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return true;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== text) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
  return true;
}

/** Of one that is in another container, or on another host with the same home, nobody can tell here whether it lives. */
function isOfTheDead(text: string): boolean {
  const [, pid, space] = /^trueup (\d+) (\S+)\n$/.exec(text) ?? [];
  return pid !== undefined && space === OWN_SPACE && !isLiving(Number(pid));
}
