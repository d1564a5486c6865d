/**
 * The lock: one changing run per engine and project. It is a socket on this machine, of which nothing outlives its holder,
 * and on an engine that other machines reach a claim there beside it, taken after the socket and released before it. It is
 * released on dispose and by any death. How it is taken without a race stands in lock-attempt.ts.
 */
import { createHash, randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { compareText } from '../../model/json.ts';
import type { ClaimStore } from '../../model/claim.ts';
import { removeLeftoversHourly } from '../../files/atomic-file.ts';
import type { LiveAnswer } from './lock-answer.ts';
import { attemptLock } from './lock-attempt.ts';
import type { Claim, Introduction } from './lock-claim.ts';
import { lockFolder } from './lock-folder.ts';
import { holderOf, type LockHolder, lockedError } from './lock-holder.ts';
import type { KeptClaim } from './lock-kept-claim.ts';
import { LEASE, type Lease } from './lock-lease.ts';
import { lockPlace } from './lock-place.ts';
import { acquireRemoteLock } from './lock-remote.ts';
import { pause } from '../pause.ts';

/** After so long it is looked again who holds it. */
const A_WHILE_MS = 60_000;

export interface LockRequest {
  /** What the engine is, however it is named or reached: two names of one engine must give the same text. */
  readonly engine: string;
  readonly project: string;
  readonly environment: string;
  /** For others to read, without arguments that could hold a secret: `trueup apply`. */
  readonly command: string;
  /** Where machines that reach the engine claim it; absent for an engine of this machine alone. The caller closes it. */
  readonly claims?: ClaimStore;
}

export interface LockOptions {
  readonly signal: AbortSignal;
  /** How long to wait for a lock that is held; absent: not at all. */
  readonly timeoutMs?: number;
  /** Whose end on this machine is waited for however long it takes, where no time is given; absent: nobody's. */
  readonly waitsFor?: (holder: LockHolder) => boolean;
  /** Told for whom it waits, once per holder. */
  readonly onWait?: (holder: LockHolder) => void;
  /** Where the sockets lie; by default the private folder of this user. */
  readonly folder?: string;
  /** How long claims on engines live without a sign of life. */
  readonly lease?: Lease;
}

export interface HeldLocks extends AsyncDisposable {
  /** Aborts, with the failure, when a claim on an engine is lost; never for engines of this machine alone. */
  readonly lost: AbortSignal;
  /** Throws where a claim is lost. Asked before anything is begun, because a process that was stopped does not know it yet. */
  confirm(): void;
}

/** Takes one lock, or throws `locked` and says who holds it. Disposing releases it; so does any death. */
export async function acquireLock(request: LockRequest, options: LockOptions): Promise<HeldLocks> {
  return acquireLocks([request], options);
}

/** Takes all locks or none, in an order that is the same for every caller, so that two callers never block each other. */
export async function acquireLocks(requests: readonly LockRequest[], options: LockOptions): Promise<HeldLocks> {
  const deadline = performance.now() + (options.timeoutMs ?? 0);
  const folder = options.folder ?? (await lockFolder());
  await removeLeftoversHourly(folder);
  const byKey = new Map(requests.map((request) => [lockKey(request), request]));
  const sorted = [...byKey].sort(([left], [right]) => compareText(left, right));
  await using held = new AsyncDisposableStack();
  for (const [key, request] of sorted) {
    const claim = await acquire(folder, key, request, deadline, options);
    held.defer(() => claim.release());
  }
  const kept: KeptClaim[] = [];
  const session = randomBytes(8).toString('hex');
  for (const [key, request] of sorted) {
    if (request.claims === undefined) continue;
    const { claims: store, project } = request;
    const place = await lockPlace(folder, key);
    const introduction = introductionOf(request);
    const wanted = { store, project, introduction, place, session, lease: options.lease ?? LEASE };
    const claim = await acquireRemoteLock(wanted, { ...options, deadline });
    held.defer(() => claim.release());
    kept.push(claim);
  }
  return heldLocks(held.move(), kept);
}

function heldLocks(held: AsyncDisposableStack, kept: readonly KeptClaim[]): HeldLocks {
  return {
    lost: AbortSignal.any(kept.map((claim) => claim.lost)),
    confirm() {
      for (const claim of kept) claim.confirm();
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** The name that all claims on one lock have in common on this machine. */
export function lockKey(request: Pick<LockRequest, 'engine' | 'project'>): string {
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
  { signal, onWait, waitsFor, timeoutMs }: LockOptions,
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
      const isAwaited = timeoutMs === undefined && waitsFor?.(holder) === true;
      const left = isAwaited ? A_WHILE_MS : deadline - performance.now();
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
