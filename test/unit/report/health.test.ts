import { describe, expect, it } from 'vitest';
import type { EnvironmentHealth, ServiceHealth, ServiceTimeline } from '../../../src/report/health.ts';
import { healthDocument } from '../../../src/report/health-document.ts';
import { renderHealth } from '../../../src/report/health-text.ts';
import { COMMIT } from '../../support/builders.ts';
import { schemaErrors } from '../../support/schemas.ts';

const NOW = Date.parse('2026-01-31T12:00:00.000Z');
const OPTIONS = { color: false, width: 120, now: NOW };

function service(overrides: Partial<ServiceHealth> = {}): ServiceHealth {
  return {
    address: 'service.web',
    engine: 'docker',
    run_state: 'running',
    status: 'healthy',
    reason: null,
    since: '2026-01-31T11:00:00.000Z',
    last_check: null,
    ...overrides,
  };
}

const CHECK = {
  timestamp: '2026-01-31T11:59:48.000Z',
  status: 'unhealthy',
  check_type: 'script',
  exit_code: 1,
  output: 'trying\nno such table: orders\n',
  response_time_ms: 12,
} as const;

function timeline(overrides: Partial<ServiceTimeline> = {}): ServiceTimeline {
  return {
    address: 'service.web',
    uptime_share: 1,
    up_ms: 3_600_000,
    down_ms: 0,
    changes: [],
    changes_total: 0,
    ...overrides,
  };
}

function health(overrides: Partial<EnvironmentHealth> = {}): EnvironmentHealth {
  return {
    environment: 'local',
    project: 'shop',
    revision: { commit: COMMIT, dirty: false },
    complete: true,
    services: [service()],
    history: null,
    ...overrides,
  };
}

const SICK = health({
  services: [service(), service({ address: 'service.db', status: 'unhealthy', last_check: CHECK })],
  history: {
    since: '2026-01-30T12:00:00.000Z',
    services: [
      timeline(),
      timeline({
        address: 'service.db',
        uptime_share: 0.999_99,
        down_ms: 36,
        changes_total: 3,
        changes: [
          {
            at: '2026-01-31T11:30:00.000Z',
            from: 'healthy',
            to: 'unhealthy',
            run_state: 'running',
            reason: 'no such table: orders',
            exit_code: 1,
          },
        ],
      }),
    ],
  },
});

describe('health', () => {
  it('is a document of its schema, with and without a history', () => {
    for (const one of [health(), SICK, health({ services: [] })])
      expect(schemaErrors('health', healthDocument(one))).toEqual([]);
    expect(healthDocument(SICK)).toMatchObject({ summary: { healthy: 1, unhealthy: 1, starting: 0, unknown: 0 } });
  });

  it('is a line and a table for people, with the last words of the last check', () => {
    expect(renderHealth([{ ...SICK, history: null }], OPTIONS)).toBe(`local: 1 healthy, 1 unhealthy
SERVICE      HEALTH     STATE    FOR       LAST CHECK            REASON
service.web  healthy    running  1 h 00 m
service.db   unhealthy  running  1 h 00 m  12 s ago, took 12 ms  no such table: orders`);
    expect(renderHealth([health({ services: [] })], OPTIONS)).toBe('local: no services');
  });

  it('never rounds up to all of the time, and says how many changes are not shown', () => {
    const text = renderHealth([SICK], OPTIONS);

    expect(text).toMatch(/service\.web +100 %/);
    expect(text).toMatch(/service\.db +99\.99 % +36 ms/);
    expect(text).toMatch(/service\.db +healthy → unhealthy +running +status 1: no such table: orders/);
    expect(text).toMatch(/… and 2 earlier changes$/);
  });

  it('lets no control character of a service through', () => {
    const nasty = health({ services: [service({ status: 'unhealthy', reason: 'red \u001b[31m alert' })] });

    expect(renderHealth([nasty], OPTIONS)).not.toContain('\u001b');
  });
});
