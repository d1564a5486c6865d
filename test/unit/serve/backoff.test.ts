import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Quarantine } from '../../../src/model/observed.ts';
import { LONGEST_PAUSE_MS, pauseAfter, retryWait } from '../../../src/serve/backoff.ts';

const AT = Date.parse('2026-01-31T10:00:00.000Z');

function quarantine(attempts: number, run = 'a-run'): Quarantine {
  return {
    revision: { commit: 'c'.repeat(40), dirty: false },
    digest: 'd',
    run,
    since: new Date(AT).toISOString(),
    at: new Date(AT).toISOString(),
    failed: [],
    reason: 'step_failed',
    why: 'it failed',
    attempts,
  };
}

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the backoff', () => {
  it('begins with a second and doubles up to five minutes', () => {
    const full = [0, 1, 2, 3, 8, 9, 10, 11].map((failures) => pauseAfter(failures, 0));

    expect(full).toEqual([0, 1000, 2000, 4000, 128_000, 256_000, 300_000, 300_000]);
  });

  test.prop([fc.nat(), chance])(
    'never lasts longer than its full figure, nor less than three quarters',
    (n, random) => {
      const full = pauseAfter(n, 0);

      expect(full).toBeLessThanOrEqual(LONGEST_PAUSE_MS);
      expect(pauseAfter(n, random)).toBeLessThanOrEqual(full);
      expect(pauseAfter(n, random)).toBeGreaterThanOrEqual(full * 0.75);
    },
  );

  test.prop([fc.nat({ max: 8 }), chance, chance])(
    'grows with each failure until the longest is reached, whatever chance does',
    (n, first, second) => {
      expect(pauseAfter(n + 1, second)).toBeGreaterThan(pauseAfter(n, first));
    },
  );
});

describe('a quarantined revision', () => {
  it('is tried twice before anybody waits', () => {
    expect([1, 2, 3].map((attempts) => retryWait(quarantine(attempts), AT) > 0)).toEqual([false, true, true]);
  });

  it('waits as long by every look, also after a restart, and not as long as another run', () => {
    const waits = ['a', 'b', 'c', 'd', 'e'].map((run) => retryWait(quarantine(10, run), AT));

    expect(retryWait(quarantine(10, 'a'), AT)).toBe(waits[0]);
    expect(new Set(waits).size).toBe(waits.length);
  });

  test.prop([fc.integer({ min: 1, max: 1000 }), fc.nat({ max: 400_000 })])(
    'has its turn once its pause has passed, and not before',
    (attempts, passed) => {
      const pause = retryWait(quarantine(attempts), AT);

      expect(pause).toBeLessThanOrEqual(LONGEST_PAUSE_MS);
      expect(retryWait(quarantine(attempts), AT + passed)).toBe(Math.max(0, pause - passed));
    },
  );

  test.prop([fc.integer({ min: 2, max: 100 }), fc.integer({ min: -1e12, max: 1e12 })])(
    'is not kept waiting by a clock that jumped',
    (attempts, jump) => {
      const wait = retryWait(quarantine(attempts), AT + jump);

      expect(wait).toBeGreaterThanOrEqual(0);
      // Whoever waits as told, and looks again, waits for no more than what the clock may lag behind.
      expect(retryWait(quarantine(attempts), AT + jump + wait)).toBeLessThanOrEqual(5000);
    },
  );

  it('does not count a clock that lags a little as one that was set back', () => {
    expect(retryWait(quarantine(5), AT - 3)).toBe(retryWait(quarantine(5), AT));
    expect(retryWait(quarantine(5), AT - 60_000)).toBe(0);
  });

  it('costs one attempt for each jump of the clock: what fails then has a time of the new clock', () => {
    const set = AT - 3_600_000;
    const again = { ...quarantine(6), at: new Date(set).toISOString() };

    expect(retryWait(quarantine(5), set)).toBe(0);
    expect(retryWait(again, set)).toBeGreaterThan(0);
  });
});
