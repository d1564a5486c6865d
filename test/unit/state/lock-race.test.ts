import { array, assert, asyncProperty, integer, option, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TrueupError } from '../../../src/model/failure.ts';
import type { KeptClaim } from '../../../src/state/locks/lock-kept-claim.ts';
import { leaseOf } from '../../../src/state/locks/lock-lease.ts';
import { pause } from '../../../src/state/pause.ts';
import { ClaimMemory, Cut } from '../../support/claim-memory.ts';
import { never } from './scratch.ts';
import { isHeld, take } from './taking-remote-locks.ts';

describe('many machines at once', () => {
  it('never hold the lock at the same moment, whatever befalls their connections', { timeout: 180_000 }, async () => {
    const scenario = array(
      record({
        delay: integer({ min: 0, max: 12 }),
        cutAfter: option(integer({ min: 0, max: 150 })),
        cutFor: integer({ min: 50, max: 500 }),
        holdFor: integer({ min: 0, max: 250 }),
        begins: integer({ min: 0, max: 40 }),
      }),
      { minLength: 2, maxLength: 6 },
    );
    await assert(
      asyncProperty(scenario, async (callers) => {
        const engine = new ClaimMemory();
        const inside = new Set<KeptClaim>();
        let most = 0;
        await Promise.all(
          callers.map(async ({ delay, cutAfter, cutFor, holdFor, begins }) => {
            const cut = new Cut();
            await pause(begins + 1, never);
            if (cutAfter !== null) setTimeout(() => cut.cut(), cutAfter);
            if (cutAfter !== null) setTimeout(() => cut.mend(), cutAfter + cutFor);
            const trouble = async (signal: AbortSignal): Promise<void> => {
              await pause(Math.random() * delay, signal);
              await cut.trouble(signal);
            };
            const claim = await take(engine, { lease: leaseOf(150), timeoutMs: 8000, trouble }).catch(
              (error: unknown) => {
                if (error instanceof TrueupError && ['locked', 'lock_lost'].includes(error.code)) return null;
                throw error;
              },
            );
            if (claim === null) return;
            inside.add(claim);
            const until = performance.now() + holdFor;
            do {
              most = Math.max(most, [...inside].filter(isHeld).length);
              await pause(3, never);
            } while (performance.now() < until);
            inside.delete(claim);
            await claim.release();
          }),
        );
        expect(most).toBeLessThanOrEqual(1);
      }),
      { numRuns: 10 },
    );
  });
});
