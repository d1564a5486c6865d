/**
 * One attempt to take a lock on an engine that other machines reach too. It goes as on this machine (lock-attempt.ts):
 * look, claim, look again; the first by name goes on. What a refused connection proves there, is proved here by a claim
 * that stands still for its lease, or by the local lock: who holds that has outlived whoever claimed from the same place.
 */
import type { ClaimStore } from '../../model/claim.ts';
import { KeptClaim, type KeptClaimOptions } from './lock-kept-claim.ts';
import { claimsAmong, type RemoteClaim } from './lock-remote-claims.ts';
import type { ClaimWatch } from './lock-watch.ts';
import { pause } from '../pause.ts';

export interface RemoteAttempt extends KeptClaimOptions {
  /** Kept over all attempts of one caller. */
  readonly watch: ClaimWatch;
}

export type RemoteOutcome =
  | { readonly status: 'mine'; readonly claim: KeptClaim }
  /** Held by another. */
  | { readonly status: 'taken'; readonly by: RemoteClaim }
  /** Several claimed at once, and another one goes first. */
  | 'again';

/** Makes one attempt. The caller holds the local lock of the same engine and project. */
export async function attemptRemoteLock(attempt: RemoteAttempt, signal: AbortSignal): Promise<RemoteOutcome> {
  const before = await othersAlive(attempt, null, signal);
  const taken = holderAmong(before, attempt);
  if (taken !== null) return { status: 'taken', by: taken };
  if (before.length > 0) return again(attempt, signal);
  const claim = await KeptClaim.open(attempt, signal);
  let mine = false;
  try {
    for (;;) {
      const others = await othersAlive(attempt, claim.id, signal);
      const holder = holderAmong(others, attempt);
      if (holder !== null) return { status: 'taken', by: holder };
      if (others.length === 0) {
        await claim.hold(signal);
        mine = true;
        return { status: 'mine', claim };
      }
      if (others.some((other) => other.id < claim.id)) {
        await claim.release();
        return await again(attempt, signal);
      }
      claim.confirm();
      await pause(attempt.lease.beatMs / 200, signal);
    }
  } finally {
    if (!mine) await claim.release();
  }
}

/** Gives the one that goes first the time that it needs. */
async function again({ lease }: RemoteAttempt, signal: AbortSignal): Promise<RemoteOutcome> {
  await pause((lease.beatMs / 100) * (1 + Math.random()), signal);
  return 'again';
}

/** Looks at every claim of another caller, and removes the dead ones. */
async function othersAlive(
  { store, key, watch, content }: RemoteAttempt,
  own: string | null,
  signal: AbortSignal,
): Promise<readonly RemoteClaim[]> {
  const claims = await watch.look(async () => claimsAmong(await store.list(signal), key));
  const others = claims.filter(({ id, session }) => id !== own && session !== content.session);
  const dead = others.filter((claim) => watch.isDead(claim) || claim.place === content.place);
  for (const claim of dead) await removeClaim(store, claim, signal);
  return others.filter((claim) => !dead.includes(claim));
}

/** Names are never used twice: one that gives a sign after all stands under another, and is not hit. */
export async function removeClaim(store: ClaimStore, { names }: RemoteClaim, signal: AbortSignal): Promise<void> {
  for (const name of names) await store.remove(name, signal);
}

/** The one that holds. One that claims, and does not come to an end with it, is as good as one. */
function holderAmong(others: readonly RemoteClaim[], { watch, lease }: RemoteAttempt): RemoteClaim | null {
  return others.find((claim) => claim.state === 'holding' || watch.stillMs(claim) >= lease.beatMs) ?? null;
}
