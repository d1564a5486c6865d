/**
 * The part of a lock that other machines see: taken after the local one, kept alive until it is released. Waiting means
 * looking again, because no engine tells of the end of a process on another machine.
 */
import { hostname } from 'node:os';
import type { ClaimStore } from '../../model/claim.ts';
import type { Introduction } from './lock-claim.ts';
import { type LockHolder, lockedError, remoteHolderOf } from './lock-holder.ts';
import type { KeptClaim } from './lock-kept-claim.ts';
import { holdClock, type Lease, watchClock } from './lock-lease.ts';
import { attemptRemoteLock } from './lock-remote-attempt.ts';
import { type RemoteClaim, remoteKey } from './lock-remote-claims.ts';
import { ClaimWatch } from './lock-watch.ts';
import { pause } from '../pause.ts';

const LONGEST_PAUSE_MS = 1000;

export interface RemoteLockRequest {
  readonly store: ClaimStore;
  readonly project: string;
  readonly introduction: Introduction;
  readonly place: string;
  readonly session: string;
  readonly lease: Lease;
}

export interface RemoteLockOptions {
  readonly signal: AbortSignal;
  /** By `performance.now`. */
  readonly deadline: number;
  readonly onWait?: (holder: LockHolder) => void;
}

/**
 * Takes the lock, or throws `locked` once the deadline has passed. A holder that seems to be dead is watched beyond the
 * deadline, for as long as it takes to know.
 */
export async function acquireRemoteLock(request: RemoteLockRequest, options: RemoteLockOptions): Promise<KeptClaim> {
  const { store, project, introduction, place, session, lease } = request;
  const { signal, deadline, onWait } = options;
  const watch = new ClaimWatch(watchClock);
  const content = { introduction: { ...introduction, host: hostname(), project }, place, session };
  const attempt = { store, key: remoteKey(project), content, lease, clock: holdClock, watch };
  const asked = performance.now();
  let told: string | null = null;
  for (;;) {
    signal.throwIfAborted();
    const outcome = await attemptRemoteLock(attempt, signal);
    if (outcome === 'again') continue;
    if (outcome.status === 'mine') return outcome.claim;
    const { by } = outcome;
    const left = deadline - performance.now();
    const isAsked = told !== by.id || left <= 0;
    const seemsDead = isAsked && (await isSilent(store, by, signal));
    const holder = remoteHolderOf(by, !seemsDead);
    const wanted = { environment: introduction.environment, project };
    if (left <= 0 && !seemsDead) throw lockedError(holder, wanted, performance.now() - asked);
    if (told !== by.id) onWait?.(holder);
    told = by.id;
    await pause(Math.min(LONGEST_PAUSE_MS, lease.beatMs / 10, left > 0 ? left : Number.POSITIVE_INFINITY), signal);
  }
}

/** Whether its last sign of life is older than its lease, as the engine's clock has it: a reason to watch, and no proof. */
export async function isSilent(store: ClaimStore, claim: RemoteClaim, signal: AbortSignal): Promise<boolean> {
  const age = await ageOf(store, claim, signal);
  return age !== null && age > claim.leaseMs;
}

/** Milliseconds since the last sign of life, by the engine's clock alone; `null` where it does not say. */
async function ageOf(store: ClaimStore, { putAt }: RemoteClaim, signal: AbortSignal): Promise<number | null> {
  const now = putAt === null ? null : await store.now(signal);
  return now === null || putAt === null ? null : Math.max(0, now - putAt);
}
