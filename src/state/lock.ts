/**
 * The lock: one changing run per engine and project. Nothing of it outlives its holder: it is released on dispose and by
 * any death. How it is taken without a race stands in lock-attempt.ts.
 */
import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { compareText } from '../model/json.ts';
import { removeLeftovers } from '../files/atomic-file.ts';
import type { LiveAnswer } from './lock-answer.ts';
import { attemptLock } from './lock-attempt.ts';
import type { Claim, Introduction } from './lock-claim.ts';
import { lockFolder } from './lock-folder.ts';
import { holderOf, type LockHolder, lockedError } from './lock-holder.ts';
import { pause } from './pause.ts';

export interface LockRequest {
  /** What the engine is, however it is named or reached: two names of one engine must give the same text. */
  readonly engine: string;
  readonly project: string;
  readonly environment: string;
  /** For others to read, without arguments that could hold a secret: `trueup apply`. */
  readonly command: string;
}

export interface LockOptions {
  readonly signal: AbortSignal;
  /** How long to wait for a lock that is held; absent: not at all. */
  readonly timeoutMs?: number;
  /** Told for whom it waits, once per holder. */
  readonly onWait?: (holder: LockHolder) => void;
  /** Where the sockets lie; by default the private folder of this user. */
  readonly folder?: string;
}

/** Takes one lock, or throws `locked` and says who holds it. Disposing releases it; so does any death. */
export async function acquireLock(request: LockRequest, options: LockOptions): Promise<AsyncDisposable> {
  return acquireLocks([request], options);
}

/** Takes all locks or none, in an order that is the same for every caller, so that two callers never block each other. */
export async function acquireLocks(requests: readonly LockRequest[], options: LockOptions): Promise<AsyncDisposable> {
  const deadline = performance.now() + (options.timeoutMs ?? 0);
  const folder = options.folder ?? (await lockFolder());
  await removeLeftovers(folder);
  const byKey = new Map(requests.map((request) => [lockKey(request), request]));
  await using held = new AsyncDisposableStack();
  for (const [key, request] of [...byKey].sort(([left], [right]) => compareText(left, right))) {
    const claim = await acquire(folder, key, request, deadline, options);
    held.defer(() => claim.release());
  }
  return held.move();
}

function lockKey(request: LockRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([request.engine, request.project]))
    .digest('hex')
    .slice(0, 16);
}

async function acquire(
  folder: string,
  key: string,
  request: LockRequest,
  deadline: number,
  { signal, onWait }: LockOptions,
): Promise<Claim> {
  const asked = performance.now();
  let told: string | null = null;
  for (;;) {
    signal.throwIfAborted();
    const outcome = await attemptLock(folder, key, introductionOf(request), signal);
    if (outcome === 'again') continue;
    if (outcome.status === 'mine') return outcome.claim;
    const { file, answer } = outcome;
    try {
      const holder = holderOf(file, answer);
      const left = deadline - performance.now();
      if (left <= 0) throw lockedError(holder, request, performance.now() - asked);
      if (told !== file) onWait?.(holder);
      told = file;
      await endOrDeadline(answer, left, signal);
      // All who wait are told at the same moment: not all need to claim at the same moment.
      await pause(Math.random() * 10, signal);
    } finally {
      answer.close();
    }
  }
}

function introductionOf(request: LockRequest): Introduction {
  const { environment, command } = request;
  const since = new Date().toISOString();
  return { pid: process.pid, user: userName(), command, environment, since, cwd: process.cwd() };
}

/** A user without an entry in the user database still has a number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** Waits for the end of a claim, which the kernel tells, and leaves no timer behind. */
async function endOrDeadline(answer: LiveAnswer, ms: number, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  try {
    await Promise.race([answer.ended(), pause(ms, AbortSignal.any([signal, done.signal]))]);
  } finally {
    done.abort();
  }
}
