import { describe, expect, it } from 'vitest';
import { probedLately } from '../../../src/flow/probed-lately.ts';
import { environmentStatus } from '../../../src/flow/status.ts';
import type { OpenRun } from '../../../src/flow/open-run.ts';
import type { HealthCheckResult } from '../../../src/model/health.ts';
import { NOTHING_RECORDED, type Observation, type ObservedObject } from '../../../src/model/observed.ts';
import type { LockRow } from '../../../src/report/locks.ts';
import type { EnvironmentStatus } from '../../../src/report/status.ts';
import { desired, environment, plan } from '../../support/builders.ts';

const WEB = desired('web', {
  config: { run_state: 'running', health_check: { test: ['CMD', 'true'], interval: '1s' } },
});
const NOW = Date.parse('2026-01-31T10:00:00.000Z');

function at(seconds: number): string {
  return new Date(NOW + seconds * 1000).toISOString();
}

function begun(seconds: number, holder: OpenRun['holder'] = 'unknown'): OpenRun {
  return { command: 'trueup apply', since: at(seconds), holder };
}

function failedAt(seconds: number): HealthCheckResult {
  return {
    timestamp: at(seconds),
    status: 'unhealthy',
    details: { exit_code: 1, output: 'not yet', error_message: null },
  } as HealthCheckResult;
}

/** Of a service that was started a minute ago. */
function statusOf(openRun: OpenRun | null, latest: HealthCheckResult | null): EnvironmentStatus {
  const ownership = { project: 'shop', environment: 'local', address: WEB.address, owner: 'me', checkout: null };
  const web: ObservedObject = {
    type: 'service',
    name: WEB.name,
    id: 'an-id',
    ownership: { ...ownership, created_revision: null },
    configured: {},
    effective: null,
    status: {
      run_state: 'running',
      reason: null,
      since: at(-60),
      exit_code: null,
      restarts: 0,
      incarnation: null,
      health: 'none',
      details: {},
    },
  };
  const observations = new Map<string, Observation>([
    ['process', { status: 'known', engine: 'process', facts: { kind: 'any', version: '1' }, objects: [web] }],
  ]);
  const seen = { environment: environment([WEB]), observations, owners: ['me'] };
  const results = latest === null ? new Map() : new Map([[WEB.address, latest]]);
  return environmentStatus({
    ...seen,
    plan: plan(),
    recorded: NOTHING_RECORDED,
    openRun,
    probed: probedLately(results, { ...seen, openRun }, NOW),
  });
}

describe('a service whose gate a run still waits for', () => {
  it('is starting, and its environment is made, while nothing was seen of its health', () => {
    const status = statusOf(begun(-61), null);

    expect(status.state).toBe('provisioning');
    expect(status.resources[0]).toMatchObject({ run_state: 'running', health: 'starting' });
  });

  it('is starting, too, where some of its probes have failed', () => {
    const status = statusOf(begun(-61), failedAt(-1));

    expect(status.state).toBe('provisioning');
    expect(status.resources[0]?.health).toBe('starting');
  });
});

describe('a service whose gate no run waits for', () => {
  it('is what its probes say', () => {
    expect(statusOf(null, failedAt(-1)).resources[0]?.health).toBe('unhealthy');
    expect(statusOf(null, null).resources[0]?.health).toBe('unknown');
  });

  it('is what it was where another run has begun since it was started', () => {
    expect(statusOf(begun(-10), failedAt(-20)).resources[0]?.health).toBe('unhealthy');
    expect(statusOf(begun(-10), null).resources[0]?.health).toBe('unknown');
  });
});

describe('a service whose gate a run waited for that was cut off', () => {
  const cutOff = begun(-61, 'nobody');

  it('is as it is observed, and not proven', () => {
    const status = statusOf(cutOff, null);

    expect(status.resources[0]?.health).toBe('unknown');
    expect(status.state).toBe('degraded');
    expect(status.conditions.find(({ type }) => type === 'Reconciling')).toMatchObject({
      status: 'False',
      reason: 'RunCutOff',
    });
  });

  it('is what its probes say', () => {
    expect(statusOf(cutOff, failedAt(-1))).toMatchObject({ state: 'failed', resources: [{ health: 'unhealthy' }] });
  });
});

describe('an environment that a run is changing', () => {
  const holder = { pid: 7, host: null, answers: true } as LockRow;

  it.each([
    ['trueup serve', 'PassUnderWay'],
    ['trueup watch', 'PassUnderWay'],
    ['trueup apply', 'RunUnderWay'],
  ])('is made, and says whose run it is: %s', (command, reason) => {
    const status = statusOf({ ...begun(-61, { ...holder, command }), command }, null);

    expect(status.state).toBe('provisioning');
    expect(status.conditions.find(({ type }) => type === 'Reconciling')).toMatchObject({
      status: 'True',
      reason,
      message: expect.stringMatching(new RegExp(`^${command}, begun .*, is under way \\(pid 7\\)$`)) as string,
    });
  });
});
