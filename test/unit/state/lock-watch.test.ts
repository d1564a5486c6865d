import { describe, expect, it } from 'vitest';
import { claimsAmong, type RemoteClaim, remoteKey } from '../../../src/state/locks/lock-remote-claims.ts';
import { ClaimWatch } from '../../../src/state/locks/lock-watch.ts';

const LEASE_MS = 30_000;

/** A claim at one of its beats. */
function claimAt(beat: number): RemoteClaim {
  const name = `${remoteKey('shop')}.${'a'.repeat(16)}.${beat}`;
  const [claim] = claimsAmong([{ name, fields: { lease_ms: String(LEASE_MS) }, putAt: null }], null);
  if (claim === undefined) throw new Error('no claim');
  return claim;
}

/** Looks at the claim again and again, each time after so many milliseconds, and says when it was dead. */
async function watched(looks: readonly (readonly [afterMs: number, beat: number])[]): Promise<readonly boolean[]> {
  let now = 1_000_000;
  const watch = new ClaimWatch(() => now);
  const verdicts: boolean[] = [];
  for (const [afterMs, beat] of looks) {
    now += afterMs;
    const [claim] = await watch.look(async () => [claimAt(beat)]);
    verdicts.push(claim !== undefined && watch.isDead(claim));
  }
  return verdicts;
}

describe('a claim that is watched', () => {
  it('is dead once it stood still for its lease', async () => {
    expect(
      await watched([
        [0, 1],
        [10_000, 1],
        [10_000, 1],
        [9_999, 1],
        [1, 1],
      ]),
    ).toEqual([false, false, false, false, true]);
  });

  it('lives as long as it gives signs, however old it is', async () => {
    const looks = Array.from({ length: 20 }, (_, index) => [9000, index] as const);

    expect(new Set(await watched(looks))).toEqual(new Set([false]));
  });

  it('begins anew with each sign', async () => {
    expect(
      await watched([
        [0, 1],
        [10_000, 1],
        [10_000, 1],
        [10_000, 2],
        [10_000, 2],
        [10_000, 2],
      ]),
    ).not.toContain(true);
  });

  it('is not dead because the watcher slept, or could not ask for long', async () => {
    expect(
      await watched([
        [0, 1],
        [86_400_000, 1],
        [86_400_000, 1],
      ]),
    ).toEqual([false, false, false]);
  });

  it('is not dead because a clock went back', async () => {
    expect(
      await watched([
        [0, 1],
        [-86_400_000, 1],
        [10_000, 1],
      ]),
    ).toEqual([false, false, false]);
  });
});
