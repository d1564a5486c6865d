import { describe, expect, it } from 'vitest';
import type { Quarantine } from '../../../src/model/observed.ts';
import { type FollowUp, type FollowUpInput, followUpOf } from '../../../src/serve/loop/follow-up.ts';
import type { PassEnd } from '../../../src/serve/loop/pass.ts';
import { COMMIT } from '../../support/builders.ts';

const NOW = Date.parse('2026-01-31T10:00:00.000Z');

function quarantine(attempts: number, at = NOW): Quarantine {
  const moment = new Date(at).toISOString();
  return {
    revision: { commit: COMMIT, dirty: false },
    digest: 'd',
    run: '01KGA0000000000000000000RN',
    since: moment,
    at: moment,
    failed: ['service.web'],
    reason: 'gate_not_met',
    why: 'service.web is not healthy',
    attempts,
  };
}

function after(input: Partial<FollowUpInput>, end: Partial<PassEnd> = {}): FollowUp | null {
  return followUpOf({
    outcome: 'in_sync',
    isDryRun: false,
    quarantine: null,
    hasTried: true,
    canHold: true,
    failures: 1,
    healedMs: null,
    dampedMs: [],
    freezes: [],
    now: NOW,
    random: 0,
    ...input,
    end: { outcome: 'in_sync', plan: null, run: null, failure: null, isOpen: false, ...end },
  });
}

describe('what follows from how a pass ended', () => {
  it('is nothing where all is as declared, and where something newer came', () => {
    expect(after({})).toBeNull();
    expect(after({ outcome: 'cancelled', failures: 3, dampedMs: [10] })).toBeNull();
  });

  it('is a second attempt at once after the first failure of a revision', () => {
    expect(after({ outcome: 'failed', quarantine: quarantine(1) })).toMatchObject({
      trigger: { kind: 'retry', isWord: false },
      waitMs: 0,
    });
  });

  it('is holding what was healthy last after the second, and the third attempt after a pause', () => {
    const held = after({ outcome: 'failed', quarantine: quarantine(2) });
    expect(held).toMatchObject({ waitMs: 0 });
    expect(held?.trigger.reason).toContain('hold');

    const waiting = after({ outcome: 'held', hasTried: false, quarantine: quarantine(2) });
    expect(waiting?.waitMs).toBeGreaterThan(0);
    expect(waiting?.trigger.reason).toContain('attempt 3');
  });

  it('is an attempt that is due only after a pause where an engine that is down kept it from being made', () => {
    const blocked = { outcome: 'blocked', hasTried: false } as const;

    expect(after({ ...blocked, quarantine: quarantine(1), failures: 1 }, { outcome: 'blocked' })?.waitMs).toBe(1000);
    expect(after({ ...blocked, quarantine: quarantine(1), failures: 4 }, { outcome: 'blocked' })?.waitMs).toBe(8000);
    // Due long ago.
    const old = quarantine(5, NOW - 3_600_000);
    expect(after({ ...blocked, quarantine: old, failures: 2 }, { outcome: 'blocked' })?.waitMs).toBe(2000);
    expect(after({ ...blocked, outcome: 'invalid', quarantine: old, failures: 0 })?.waitMs).toBe(1000);
    // It became due while something else was held.
    expect(after({ outcome: 'held', hasTried: false, quarantine: old, failures: 0 })?.waitMs).toBe(0);
  });

  it('waits for the pause where nothing else is known to have been healthy', () => {
    expect(after({ outcome: 'failed', quarantine: quarantine(2), canHold: false })?.waitMs).toBeGreaterThan(0);
  });

  it('is sooner than the pause where what was held failed', () => {
    const late = quarantine(9);
    const pause = after({ outcome: 'held', hasTried: false, quarantine: late })?.waitMs ?? 0;

    const failed = after({ outcome: 'failed', hasTried: false, quarantine: late }, { outcome: 'failed' });

    expect(failed?.waitMs).toBe(1000);
    expect(pause).toBeGreaterThan(1000);
  });

  it('is tried again with growing pauses where an engine or a lock kept it from being carried out', () => {
    const pauses = [1, 2, 3, 20].map((failures) => after({ outcome: 'blocked', failures })?.waitMs);

    expect(pauses).toEqual([1000, 2000, 4000, 300_000]);
  });

  it('is nothing by itself where only a person can help', () => {
    const failure = { code: 'name_in_use', message: 'm', retryable: false, fields: {}, next: null } as const;

    expect(after({ outcome: 'blocked' }, { outcome: 'blocked', failure })).toBeNull();
  });

  it('is looking again where a run left something to do', () => {
    expect(after({ outcome: 'applied' }, { isOpen: true })?.waitMs).toBe(1000);
  });

  it('is the end of a freeze; the end of a pause of heals is looked at by itself', () => {
    const freeze = {
      address: 'service.web',
      since: new Date(NOW).toISOString(),
      until: new Date(NOW + 60_000).toISOString(),
      reason: 'r',
      by: 'kim@host',
    } as const;

    expect(after({ outcome: 'reported', freezes: [freeze] })).toMatchObject({
      trigger: { kind: 'schedule' },
      waitMs: 60_001,
    });
    expect(after({ outcome: 'reported', freezes: [freeze], dampedMs: [5000, 3000] })?.waitMs).toBe(60_001);
    expect(after({ outcome: 'reported', dampedMs: [5000, 3000] })).toBeNull();
  });

  it('is another heal at once where one failed, and its due time once it is damped, whatever failed before', () => {
    const failed = { outcome: 'failed', failures: 9 } as const;

    expect(after({ ...failed, healedMs: 0 }, { outcome: 'failed' })).toMatchObject({
      trigger: { kind: 'retry' },
      waitMs: 0,
    });
    expect(after({ ...failed, healedMs: 700, dampedMs: [700] }, { outcome: 'failed' })).toMatchObject({
      trigger: { kind: 'schedule' },
      waitMs: 700,
    });
    expect(after(failed, { outcome: 'failed' })?.waitMs).toBe(256_000);
  });

  it('never tries anything in a dry run', () => {
    expect(after({ isDryRun: true, outcome: 'reported' }, { isOpen: true })).toBeNull();
  });
});
