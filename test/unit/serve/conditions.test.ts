import { describe, expect, it } from 'vitest';
import type { Freeze } from '../../../src/model/served.ts';
import type { Condition } from '../../../src/report/status.ts';
import {
  type ConditionsInput,
  type LastPass,
  rememberedConditions,
  servedConditions,
} from '../../../src/serve/standing/conditions.ts';

const NOON = '2026-01-31T12:00:00.000Z';
const LATER = '2026-01-31T13:00:00.000Z';

function found(type: Condition['type'], status: Condition['status'], reason = 'Found'): Condition {
  return { type, status, reason, message: 'as status found it', since: null };
}

const SOUND: readonly Condition[] = [
  found('Ready', 'True', 'Synced'),
  found('Reconciling', 'False'),
  found('Stalled', 'False'),
  found('Quarantined', 'False'),
];

function passed(outcome: LastPass['outcome'], overrides: Partial<LastPass> = {}): LastPass {
  return { outcome, why: null, next_at: null, ...overrides };
}

function conditions(
  overrides: Partial<ConditionsInput> = {},
  before: readonly Condition[] = [],
  at = NOON,
): Condition[] {
  const input = { status: SOUND, reasons: null, last: passed('in_sync'), isPaused: false, freezes: [], ...overrides };
  return [...servedConditions(input, rememberedConditions(before), at)];
}

function of(type: Condition['type'], all: readonly Condition[]): Condition | undefined {
  return all.find((condition) => condition.type === type);
}

function freeze(address: Freeze['address']): Freeze {
  return { address, since: NOON, until: LATER, reason: 'looking at a dump', by: 'ada@host' };
}

describe('the moment since which a condition has its status', () => {
  it('is that of the look that found it so first', () => {
    const first = conditions();
    const second = conditions({}, first, LATER);

    expect(second.map(({ since }) => since)).toEqual(Array.from({ length: 5 }, () => NOON));
  });

  it('stays while only the reason changes, and moves with the status', () => {
    const held = conditions({ last: passed('held') });
    const invalid = conditions({ last: passed('invalid') }, held, LATER);
    const again = conditions({}, held, LATER);

    expect(of('Ready', invalid)).toMatchObject({ status: 'False', reason: 'InvalidManifests', since: NOON });
    expect(of('Stalled', invalid)).toMatchObject({ status: 'True', since: LATER });
    expect(of('Ready', again)).toMatchObject({ status: 'True', since: LATER });
  });

  it('is the one that status knows where that is earlier, and never still to come', () => {
    const morning = '2026-01-31T08:00:00.000Z';
    const quarantined = { ...found('Quarantined', 'True'), since: morning };
    const status = [...SOUND.slice(0, 3), quarantined];

    expect(of('Quarantined', conditions({ status }))?.since).toBe(morning);
    const first = conditions({}, [], LATER);
    expect(of('Ready', conditions({}, first, NOON))?.since).toBe(NOON);
  });
});

describe('the conditions of a served environment', () => {
  it('are unknown before the first look, and say what is under way', () => {
    const all = conditions({ status: null, last: null, reasons: ['start'] });

    expect(all.map(({ type, status, reason }) => `${type} ${status} ${reason}`)).toEqual([
      'Ready Unknown NotLookedYet',
      'Reconciling True PassUnderWay',
      'Stalled Unknown NotLookedYet',
      'Quarantined Unknown NotLookedYet',
      'Frozen False Nothing',
    ]);
  });

  it.each([
    ['held', 'Held'],
    ['invalid', 'InvalidManifests'],
    ['failed', 'LastRunFailed'],
  ] as const)('are not ready after a pass that ended %s, however well what runs is', (outcome, reason) => {
    expect(of('Ready', conditions({ last: passed(outcome, { why: 'because' }) }))).toMatchObject({
      status: 'False',
      reason,
      message: 'because',
    });
  });

  it('are not ready at what was declared before where nobody can read what is declared now', () => {
    const unread = 'the branch is gone';
    const pending = [found('Ready', 'False', 'ChangesPending'), ...SOUND.slice(1)];

    expect(of('Ready', conditions({ unread }))).toMatchObject({
      status: 'Unknown',
      reason: 'SourceUnreadable',
      message: unread,
    });
    expect(of('Ready', conditions({ unread, status: pending }))).toMatchObject({ reason: 'ChangesPending' });
  });

  it('do not claim to know what an engine does not say', () => {
    const status = [found('Ready', 'Unknown', 'EngineUnreachable'), ...SOUND.slice(1)];

    expect(of('Ready', conditions({ status, last: passed('invalid') }))).toMatchObject({ reason: 'EngineUnreachable' });
  });

  it('are stalled by what needs a person, and not by what is tried again by itself', () => {
    const blocked = passed('blocked', { why: 'the remote does not answer' });

    expect(of('Stalled', conditions({ last: blocked }))).toMatchObject({ status: 'True', reason: 'Blocked' });
    const retried = conditions({ last: { ...blocked, next_at: LATER } });
    expect(of('Stalled', retried)).toMatchObject({ status: 'False' });
    expect(of('Reconciling', retried)).toMatchObject({ status: 'True', reason: 'WaitingToRetry' });
    expect(of('Reconciling', conditions({ isPaused: true, last: retried ? blocked : null }))).toMatchObject({
      status: 'False',
      reason: 'Paused',
    });
  });

  it('name what is frozen, by whom and until when', () => {
    const one = of('Frozen', conditions({ freezes: [freeze('service.web')] }));
    const two = of('Frozen', conditions({ freezes: [freeze('service.web'), freeze('volume.data')] }));

    expect(one?.status).toBe('True');
    expect(one?.message).toMatch(/^service\.web is left alone until .*, by ada@host: looking at a dump$/);
    expect(two?.message).toBe('2 resources are left alone: service.web, volume.data');
  });
});
