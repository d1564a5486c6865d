import { describe, expect, it } from 'vitest';
import { desiredDigest, isQuarantined, quarantineAfter } from '../../../src/flow/quarantine.ts';
import type { Address } from '../../../src/model/address.ts';
import type { Quarantine } from '../../../src/model/observed.ts';
import type { Run } from '../../../src/model/run.ts';
import { COMMIT, desired, environment, result, run } from '../../support/builders.ts';

const ERROR = {
  code: 'gate_timeout',
  message: 'it is not healthy: hunter2\nmore',
  retryable: true,
  fields: {},
  next: null,
} as const;

function failing(overrides: Partial<Run> = {}): Run {
  const gate = result('service.api', 'service_healthy', { phase: 'gate', status: 'failed', error: ERROR });
  return run({ status: 'failed', steps: [result('service.db', 'create'), gate], ...overrides });
}

const ATTEMPTED = {
  isProven: false,
  leftDrifted: new Set<Address>(),
  digest: () => 'one',
  mask: (text: string) => text.replaceAll('hunter2', '(secret)'),
};

function after(before: Quarantine | null, next: Run, digest = 'one'): Quarantine | null {
  return quarantineAfter(before, next, { ...ATTEMPTED, digest: () => digest });
}

const FIRST = after(null, failing());

describe('quarantine', () => {
  it('begins with a run that fails, and says where and why in a sentence without secrets', () => {
    expect(FIRST).toEqual({
      revision: { commit: COMMIT, dirty: false },
      digest: 'one',
      run: '01KGA0000000000000000000RN',
      since: '2026-01-31T10:00:04.210Z',
      at: '2026-01-31T10:00:04.210Z',
      failed: ['service.api'],
      reason: 'gate_not_met',
      why: 'service.api:service_healthy failed: it is not healthy: (secret)',
      attempts: 1,
    });
  });

  it('does not begin with an engine that went away, whatever gates nobody could look at then', () => {
    const away = { ...ERROR, code: 'engine_unreachable' } as const;
    const step = result('service.api', 'start', { status: 'failed', error: away });
    const check = {
      address: 'service.api',
      condition: 'service_healthy',
      met: false,
      reason: 'the engine does not answer',
      gate: null,
    } as const;
    expect(after(null, failing({ steps: [step], gates: [check] }))).toBeNull();
    expect(after(FIRST, failing({ steps: [step], gates: [check] }))).toBe(FIRST);

    expect(after(null, failing({ steps: [], gates: [check] })), 'it went away at the last look').toBeNull();

    const own = result('service.db', 'create', { status: 'failed', error: ERROR });
    expect(after(null, failing({ steps: [step, own], gates: [] }))).toMatchObject({ attempts: 1 });
  });

  it('says what kind of failure it was', () => {
    const step = result('service.api', 'start', { status: 'failed', error: ERROR });
    const check = {
      address: 'service.api',
      condition: 'service_healthy',
      met: false,
      reason: 'exited',
      gate: { condition: 'service_healthy', probes: [], exit_code: 1, log_lines: [] },
    } as const;
    const back = {
      address: 'service.api',
      name: 'shop-api-1',
      because: 'x',
      status: 'restored',
      downtime_ms: 5,
    } as const;

    expect(after(null, failing({ steps: [step] }))).toMatchObject({ reason: 'step_failed' });
    expect(after(null, failing({ steps: [], gates: [check] }))).toMatchObject({
      reason: 'gate_not_met',
      why: 'service.api:service_healthy is not met: exited',
    });
    expect(after(null, failing({ rollbacks: [back] }))).toMatchObject({ reason: 'rolled_back' });
  });

  it('counts attempts of the same, at whatever commit, and begins anew with another meaning', () => {
    const later = failing({ id: 'later', started_at: '2026-02-01T10:00:00.000Z' });

    expect(after(FIRST, later)).toMatchObject({ attempts: 2, run: 'later', since: FIRST?.since });
    expect(after(FIRST, later, 'two')).toMatchObject({ attempts: 1, since: '2026-02-01T10:00:04.210Z' });
    const other = { commit: 'f00', dirty: false };
    expect(after(FIRST, failing({ revision: other }))).toMatchObject({
      attempts: 2,
      revision: other,
      since: FIRST?.since,
    });
  });

  it('does not begin where what was healthy could not be healed, and goes on where it had begun', () => {
    const proven = { ...ATTEMPTED, isProven: true };

    expect(quarantineAfter(null, failing(), proven)).toBeNull();
    expect(quarantineAfter(FIRST, failing({ id: 'later' }), proven)).toMatchObject({ attempts: 2 });
    expect(quarantineAfter(FIRST, run(), proven)).toBeNull();
  });

  it('is lifted by whatever is carried out, and left alone by what says nothing about a revision', () => {
    expect(after(FIRST, run())).toBeNull();
    expect(after(FIRST, run({ mode: 'destroy' }))).toBeNull();
    expect(after(FIRST, failing({ status: 'cancelled' }))).toBe(FIRST);
    expect(after(FIRST, failing({ mode: 'destroy' }))).toBe(FIRST);
    const unwritten = result('service.api', 'start', {
      status: 'failed',
      error: { ...ERROR, code: 'state_unwritable' },
    });
    expect(after(null, failing({ steps: [unwritten] }))).toBeNull();
  });

  it('is about what is declared: the same commit may mean something else in a dirty tree', () => {
    const [one, other] = [
      environment([desired('web')]),
      environment([desired('web', { config: { labels: { a: '1' } } })]),
    ];
    const quarantine = after(null, failing(), desiredDigest(one));

    expect(desiredDigest(environment([desired('web')]))).toBe(desiredDigest(one));
    expect(quarantine !== null && isQuarantined(quarantine, one)).toBe(true);
    expect(quarantine !== null && isQuarantined(quarantine, other)).toBe(false);
  });
});
