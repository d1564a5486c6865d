/** Locks on an engine in memory, each taken as from a machine of its own. */
import { onTestFinished } from 'vitest';
import { TrueupError } from '../../../src/model/failure.ts';
import type { LockHolder } from '../../../src/state/locks/lock-holder.ts';
import type { KeptClaim } from '../../../src/state/locks/lock-kept-claim.ts';
import { type Lease, leaseOf } from '../../../src/state/locks/lock-lease.ts';
import { acquireRemoteLock } from '../../../src/state/locks/lock-remote.ts';
import type { ClaimMemory } from '../../support/claim-memory.ts';
import { never } from './scratch.ts';

export const SHORT: Lease = leaseOf(300);
/** Long enough for a machine that has much else to do. */
export const STEADY: Lease = leaseOf(4000);
/** No claim dies of it while a test runs. */
export const LONG: Lease = leaseOf(60_000);

export interface Taking {
  readonly machine?: string;
  readonly session?: string;
  readonly lease?: Lease;
  readonly timeoutMs?: number;
  readonly trouble?: (signal: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal;
  readonly onWait?: (holder: LockHolder) => void;
}

let machines = 0;

/** A lock taken as from a machine of its own; released when the test is over. */
export async function take(engine: ClaimMemory, taking: Taking = {}): Promise<KeptClaim> {
  machines += 1;
  const { machine = `machine-${machines}`, session = machine, lease = LONG, timeoutMs = 0, trouble, onWait } = taking;
  const introduction = {
    pid: 4711,
    user: 'x',
    command: 'trueup apply',
    environment: 'local',
    since: '2026-01-01T12:03:04.000Z',
    cwd: '/work',
  };
  const request = { store: engine.seenFrom(trouble), project: 'shop', introduction, place: machine, session, lease };
  const claim = await acquireRemoteLock(request, {
    signal: taking.signal ?? never,
    deadline: performance.now() + timeoutMs,
    ...(onWait === undefined ? {} : { onWait }),
  });
  onTestFinished(() => claim.release());
  return claim;
}

/** The failure of an attempt; throws when it succeeds. */
export async function failureOf(attempt: Promise<unknown>): Promise<TrueupError> {
  const error: unknown = await attempt.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof TrueupError) return error;
  throw error;
}

/** Whether its holder may go on. */
export function isHeld(claim: KeptClaim): boolean {
  try {
    claim.confirm();
    return true;
  } catch {
    return false;
  }
}

/** What a holder leaves that dies without a word. */
export async function leaveDead(engine: ClaimMemory, lease: Lease): Promise<void> {
  const claim = await take(engine, { lease });
  const left = [...engine.claims];
  await claim.release();
  for (const [name, stored] of left) engine.claims.set(name, stored);
}
