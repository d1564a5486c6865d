import { describe, expect, it } from 'vitest';
import { healthHistoryOf, serviceHealth } from '../../../src/flow/health.ts';
import { healthStatusOf, lookResult, probeResult, probeStatus } from '../../../src/flow/health-results.ts';
import { type HealthTimeline, healthTimeline } from '../../../src/flow/health-timeline.ts';
import type { HealthCheckResult } from '../../../src/model/health.ts';
import type { ResourceStatus } from '../../../src/report/status.ts';
import { probe } from '../../support/builders.ts';

const STARTED = '2026-01-31T10:00:00.000Z';
const START = Date.parse(STARTED);
const NOW = START + 10 * 60_000;

function status(overrides: Partial<ResourceStatus> = {}): ResourceStatus {
  return {
    address: 'service.web',
    engine: 'process',
    name: 'shop-web-1',
    run_state: 'running',
    health: 'healthy',
    reason: null,
    since: STARTED,
    gate: null,
    restarts: 0,
    image: null,
    ports: [],
    frozen: null,
    details: {},
    ...overrides,
  };
}

function at(minutes: number): string {
  return new Date(START + minutes * 60_000).toISOString();
}

function probed(minutes: number, passed: boolean): HealthCheckResult {
  const made = probe({
    at: at(minutes),
    check_type: 'test',
    passed,
    exit_code: passed ? 0 : 1,
    output: passed ? 'fine' : 'no table',
  });
  return probeResult('service.web', made, passed ? 'healthy' : 'unhealthy', 'an-id');
}

function recorded(...results: readonly HealthCheckResult[]): HealthTimeline {
  const timeline = healthTimeline(0);
  for (const result of results) timeline.add(result);
  return timeline;
}

function healthIn(
  resources: readonly ResourceStatus[],
  timeline: HealthTimeline,
  now: number,
): ReturnType<typeof serviceHealth> {
  return serviceHealth({ state: 'healthy', resources }, timeline, now);
}

describe('a service that only its gate has tested', () => {
  const gated = (met: boolean, minutes: number): ResourceStatus =>
    status({ health: 'unknown', gate: { met, at: at(minutes) } });

  it.each([
    [true, 'healthy'],
    [false, 'unhealthy'],
  ] as const)('whose gate was met, %s, a moment ago is %s', (met, word) => {
    const [found] = healthIn([gated(met, 9)], recorded(), NOW);

    expect(found).toMatchObject({ status: word, last_check: { timestamp: at(9), status: word, check_type: null } });
  });

  it('is not known to be well for a gate of long ago, which stays its last check', () => {
    const [found] = healthIn([gated(true, 1)], recorded(), START + 60 * 60_000);

    expect(found).toMatchObject({ status: 'unknown', last_check: { timestamp: at(1), status: 'healthy' } });
  });

  it.each([
    [8, 'healthy'],
    [6, 'unhealthy'],
  ] as const)('is what the later of its gate, at minute %d, and a probe, at minute 7, says', (minutes, word) => {
    const [found] = healthIn([gated(true, minutes)], recorded(probed(7, false)), NOW);

    expect(found?.status).toBe(word);
    expect(found?.last_check?.status).toBe(word);
  });

  it('is not unhealthy for the reason of a probe before its gate', () => {
    const silent = probe({ at: at(7), check_type: 'endpoint', passed: false, exit_code: null, output: 'no answer' });
    const before = recorded(probeResult('service.web', silent, 'unhealthy', 'an-id'));

    expect(healthIn([status({ health: 'unknown' })], before, NOW)[0]?.reason).toBe('no answer');
    expect(healthIn([gated(false, 9)], before, NOW)[0]).toMatchObject({ status: 'unhealthy', reason: null });
  });
});

describe('the health of a service', () => {
  it.each([
    ['running', 'healthy', 'healthy'],
    ['running', 'unhealthy', 'unhealthy'],
    ['running', 'starting', 'starting'],
    ['running', 'none', 'unknown'],
    ['restarting', 'healthy', 'starting'],
    ['completed', 'none', 'healthy'],
    ['failed', 'none', 'unhealthy'],
    ['missing', 'none', 'unhealthy'],
    ['paused', 'healthy', 'unhealthy'],
    ['stopped', 'none', 'unknown'],
    ['unknown', 'none', 'unknown'],
  ] as const)('of what is %s (%s) is %s', (run_state, health, expected) => {
    expect(healthStatusOf({ run_state, health }, 'degraded')).toBe(expected);
  });

  it.each(['uninitialized', 'terminated'] as const)('is not known where its environment is %s', (state) => {
    expect(healthStatusOf({ run_state: 'missing', health: 'none' }, state)).toBe('unknown');
  });

  it('is what our own last probe found where the engine has no verdict, for as long as that run lasts', () => {
    const unchecked = status({ health: 'unknown' });
    const timeline = recorded(probed(1, true), probed(2, false));

    expect(healthIn([unchecked], timeline, NOW)[0]).toMatchObject({
      status: 'unhealthy',
      since: at(2),
      last_check: { timestamp: at(2), check_type: 'script', exit_code: 1, output: 'no table' },
    });
    expect(healthIn([{ ...unchecked, since: at(3) }], timeline, NOW)[0]).toMatchObject({
      status: 'unknown',
      since: at(3),
    });
    expect(healthIn([unchecked], recorded(), NOW)[0]).toMatchObject({ status: 'unknown', last_check: null });
    expect(healthIn([unchecked], timeline, NOW + 60 * 60_000)[0]).toMatchObject({ status: 'unknown' });
  });

  it('is what the engine says now, whatever was recorded', () => {
    expect(healthIn([status()], recorded(probed(1, false)), NOW)[0]).toMatchObject({
      status: 'healthy',
      since: STARTED,
    });
  });

  it('shows the newer one of the last check of the engine and of ours', () => {
    const checked = status({ details: { health_check: { exit_code: 0, at: at(5), output: 'ok' } } });

    expect(healthIn([checked], recorded(probed(1, false)), NOW)[0]?.last_check).toMatchObject({
      timestamp: at(5),
      check_type: 'docker_healthcheck',
      output: null,
    });
    expect(healthIn([checked], recorded(probed(9, false)), NOW)[0]?.last_check).toMatchObject({
      timestamp: at(9),
    });
  });

  it('is told of services alone, and the history also of those of which nothing is recorded', () => {
    const services = healthIn([status(), status({ address: 'volume.data', run_state: null })], recorded(), NOW);

    expect(services.map(({ address }) => address)).toEqual(['service.web']);
    expect(healthHistoryOf(services, recorded(), { from: START, until: START + 1000 })).toEqual({
      since: STARTED,
      services: [{ address: 'service.web', uptime_share: null, up_ms: 0, down_ms: 0, changes: [], changes_total: 0 }],
    });
  });
});

describe('a health result', () => {
  it('of a probe that fails says starting before it ever passed, and unhealthy after', () => {
    const failed = probe({ passed: false });

    expect(
      [null, 'unknown', 'starting', 'healthy', 'unhealthy'].map((before) => probeStatus(failed, before as never)),
    ).toEqual(['starting', 'starting', 'starting', 'unhealthy', 'unhealthy']);
    expect(probeStatus(probe({ passed: true }), 'unhealthy')).toBe('healthy');
  });

  it('keeps no output of what passed, and a message where there is no exit code', () => {
    const silent = probe({ passed: false, exit_code: null, check_type: 'endpoint', output: 'no answer within 50 ms' });

    expect(probed(1, true).details).toMatchObject({ output: null, error_message: null, exit_code: 0 });
    expect(probeResult('service.web', silent, 'unhealthy', 'an-id')).toMatchObject({
      details: { output: null, error_message: 'no answer within 50 ms' },
      metadata: { check_type: 'endpoint', triggered_by: 'automated_script' },
    });
  });

  it('says whose check it was', () => {
    const look = { address: 'service.web', run_state: 'running', reason: null } as const;
    const when = { id: 'an-id', timestamp: STARTED };

    expect(lookResult({ ...look, health: 'healthy' }, 'healthy', when).metadata).toEqual({
      check_type: 'docker_healthcheck',
      triggered_by: 'docker',
      run_state: 'running',
    });
    expect(lookResult({ ...look, health: 'none' }, 'unknown', when).metadata).toMatchObject({ check_type: null });
  });
});
