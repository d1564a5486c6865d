import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { HealRecord } from '../../../src/model/served-memory.ts';
import { LONGEST_PAUSE_MS } from '../../../src/serve/backoff.ts';
import { healWait, withHeal, withHealth } from '../../../src/serve/loop/damping.ts';
import { healDamping } from '../../../src/serve/loop/heal-damping.ts';

const START = Date.parse('2026-01-31T10:00:00.000Z');
const MINUTE = 60_000;

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** A service that dies a moment after each heal; heals as they are allowed. */
function crashLoop(count: number, start = START, random = 0): { readonly at: readonly number[]; record: HealRecord } {
  let record: HealRecord | null = null;
  let now = start;
  const at: number[] = [];
  for (let index = 0; index < count; index += 1) {
    now += healWait(record, now);
    at.push(now);
    record = withHeal(record, now, random);
  }
  if (record === null) throw new Error('no heal');
  return { at, record };
}

describe('the damping of heals', () => {
  it('lets the first 20 happen at once, then 1 s, 2 s, 4 s … 5 min apart', () => {
    const { at } = crashLoop(32);
    const gaps = at.map((time, index) => (time - (at[index - 1] ?? time)) / 1000);

    expect(gaps.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 0));
    expect(gaps.slice(20)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  });

  it('never makes those wait that come further apart than 20 in 10 minutes', () => {
    let record: HealRecord | null = null;
    for (let index = 0; index < 500; index += 1) {
      const now = START + index * 31_600;
      expect(healWait(record, now)).toBe(0);
      record = withHeal(record, now, 0);
      record = withHealth(record, true, now + 1000);
    }
    expect(record?.heals.length).toBeLessThanOrEqual(20);
  });

  it('is forgotten after 10 healthy minutes in a row, and not after 10 minutes of which some were not', () => {
    const { record, at } = crashLoop(30);
    const end = at.at(-1) ?? START;
    const healthy = withHealth(record, true, end + 1000);
    if (healthy === null) throw new Error('forgotten at once');

    expect(withHealth(healthy, true, end + 1000 + 10 * MINUTE - 1)).not.toBeNull();
    expect(withHealth(healthy, true, end + 1000 + 10 * MINUTE)).toBeNull();
    expect(healWait(healthy, end + 1000 + 10 * MINUTE)).toBe(0);
    const sick = withHealth(healthy, false, end + 9 * MINUTE);
    expect(sick).toMatchObject({ healthy_since: null });
    expect(withHealth(sick ?? record, true, end + 12 * MINUTE)).toMatchObject({ pauses: 11 });
  });

  it('is not forgotten by one that lingers unhealthy', () => {
    const { record, at } = crashLoop(25);
    const later = (at.at(-1) ?? START) + 60 * MINUTE;

    expect(withHeal(record, later, 0)).toMatchObject({ pauses: 7, pause_ms: 64_000 });
  });

  test.prop([fc.array(fc.tuple(fc.nat({ max: 200_000 }), chance, fc.boolean()), { minLength: 60, maxLength: 200 })])(
    'never carries out more than 30 heals in any 10 minutes, nor keeps anything waiting for more than 5',
    (deaths) => {
      let record: HealRecord | null = null;
      let now = START;
      const heals: number[] = [];
      for (const [alive, random, isHealthy] of deaths) {
        // Most die at once, so that the limit is met at all.
        now += Math.max(0, alive - 180_000);
        const wait = healWait(record, now);
        expect(wait).toBeLessThanOrEqual(LONGEST_PAUSE_MS);
        now += wait;
        heals.push(now);
        record = withHeal(record, now, random);
        expect(record.heals.length).toBeLessThanOrEqual(20);
        record = withHealth(record, isHealthy, now + 1);
      }
      for (const from of heals)
        expect(heals.filter((at) => at >= from && at < from + 10 * MINUTE).length).toBeLessThanOrEqual(30);
    },
  );

  test.prop([chance, chance])('waits longer after each further heal', (first, second) => {
    const { record, at } = crashLoop(22);
    const end = at.at(-1) ?? START;
    const once = withHeal(record, end + MINUTE, first);
    const twice = withHeal(once, end + 2 * MINUTE, second);

    expect(healWait(twice, end + 2 * MINUTE)).toBeGreaterThan(healWait(once, end + MINUTE));
  });
});

describe('the damping of an environment', () => {
  function damping(
    records: Record<`service.${string}`, HealRecord>,
    now: () => number,
  ): ReturnType<typeof healDamping> {
    return healDamping({ records, now, random: () => 0 });
  }

  it('counts each service for itself, and remembers none that needs no healing', () => {
    let now = START;
    const heals = damping({}, () => now);
    for (let index = 0; index < 20; index += 1) heals.healed('service.web');
    heals.seen('service.db', true);

    expect(heals.wait('service.web')).toBe(1000);
    expect(heals.wait('service.db')).toBe(0);
    expect(Object.keys(heals.records())).toEqual(['service.web']);

    heals.seen('service.web', true);
    now += 10 * MINUTE;
    expect(heals.records()).toEqual({});
  });

  it('forgets what is not declared any more', () => {
    const heals = damping({}, () => START);
    heals.healed('service.web');
    heals.healed('service.db');

    heals.keepOnly((address) => address === 'service.db');

    expect(Object.keys(heals.records())).toEqual(['service.db']);
  });

  test.prop([fc.integer({ min: 0, max: 1e12 })])(
    'goes on after a restart under a clock that was set back: nothing waits longer than its pause',
    (back) => {
      const { record, at } = crashLoop(26);
      let now = (at.at(-1) ?? START) - back;
      const heals = damping({ 'service.web': record }, () => now);

      const wait = heals.wait('service.web');
      expect(wait).toBe(record.pause_ms);
      now += wait;
      expect(heals.wait('service.web')).toBe(0);
      heals.healed('service.web');
      expect(heals.wait('service.web')).toBe(2 * record.pause_ms);
    },
  );
});
