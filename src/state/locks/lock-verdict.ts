/** Whether a claim on an engine is dead, for a person who wants it gone now and not only after its lease. */
import type { ClaimStore } from '../../model/claim.ts';
import { watchClock } from './lock-lease.ts';
import { isSilent } from './lock-remote.ts';
import { claimsAmong, type RemoteClaim } from './lock-remote-claims.ts';
import { ClaimWatch } from './lock-watch.ts';
import { pause } from '../pause.ts';

/** More than a living holder leaves between two signs. */
const WATCHED_SHARE = 0.4;

/**
 * Watches until it is known: `alive` as soon as it gives a sign; `dead` where the clock of the engine says that the last one
 * is older than the lease, and it stood still under our eyes for longer than a living one does. That clock may have
 * jumped, so its word alone is not enough.
 */
export async function verdictOn(
  store: ClaimStore,
  claim: RemoteClaim,
  signal: AbortSignal,
): Promise<'alive' | 'dead' | 'gone'> {
  const watch = new ClaimWatch(watchClock);
  for (;;) {
    const claims = await watch.look(async () => claimsAmong(await store.list(signal), claim.key));
    const now = claims.find(({ id }) => id === claim.id);
    if (now === undefined) return 'gone';
    if (now.latest !== claim.latest) return 'alive';
    const isStill = watch.stillMs(now) >= now.leaseMs * WATCHED_SHARE;
    if (watch.isDead(now) || (isStill && (await isSilent(store, now, signal)))) return 'dead';
    await pause(Math.min(1000, claim.leaseMs / 30), signal);
  }
}
