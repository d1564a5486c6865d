import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { healthTimeline, HOLDS_FOR_MS } from '../../../src/flow/health-timeline.ts';
import { HEALTH_STATUSES, type HealthCheckResult, type HealthStatus } from '../../../src/model/health.ts';
import type { ServiceTimeline } from '../../../src/report/health.ts';

const START = Date.parse('2026-01-31T10:00:00.000Z');
const MINUTE = 60_000;

interface Given {
  readonly status: HealthStatus;
  readonly at: number;
  readonly run_state?: HealthCheckResult['metadata']['run_state'];
  readonly message?: string;
  readonly address?: `service.${string}`;
}

function result({ status, at, run_state = 'running', message, address = 'service.web' }: Given): HealthCheckResult {
  return {
    id: 'an-id',
    service_id: address,
    timestamp: new Date(START + at * MINUTE).toISOString(),
    status,
    details: { exit_code: null, output: null, response_time_ms: null, error_message: message ?? null },
    metadata: { check_type: null, triggered_by: 'automated_script', run_state },
  };
}

function timelineOf(given: readonly Given[], { from = 0, until = 60 } = {}): readonly ServiceTimeline[] {
  const timeline = healthTimeline(START + from * MINUTE);
  for (const one of given) timeline.add(result(one));
  return timeline.services(START + until * MINUTE);
}

describe('how a service was', () => {
  it('is up while it is healthy, and while it runs and nothing tests it', () => {
    const [tested] = timelineOf(
      [
        { status: 'healthy', at: 0 },
        { status: 'healthy', at: 10 },
      ],
      { until: 20 },
    );
    const [untested] = timelineOf([{ status: 'unknown', at: 0 }], { until: 10 });

    expect(tested).toMatchObject({ uptime_share: 1, up_ms: 20 * MINUTE, down_ms: 0, changes_total: 0 });
    expect(untested).toMatchObject({ uptime_share: 1, up_ms: 10 * MINUTE });
  });

  it('is down while it is unhealthy, starting or gone, and the changes say when and why', () => {
    const [web] = timelineOf(
      [
        { status: 'healthy', at: 0 },
        { status: 'unhealthy', at: 6, run_state: 'failed', message: 'exited with status 1' },
        { status: 'starting', at: 7 },
        { status: 'healthy', at: 8 },
      ],
      { until: 8 },
    );

    expect(web).toMatchObject({ uptime_share: 0.75, up_ms: 6 * MINUTE, down_ms: 2 * MINUTE, changes_total: 3 });
    expect(web?.changes.map(({ from, to, reason }) => [from, to, reason])).toEqual([
      ['starting', 'healthy', null],
      ['unhealthy', 'starting', null],
      ['healthy', 'unhealthy', 'exited with status 1'],
    ]);
  });

  it('is not known while nobody looked, while it was stopped on purpose and while its engine did not answer', () => {
    const [gap] = timelineOf(
      [
        { status: 'healthy', at: 0 },
        { status: 'unhealthy', at: 50 },
      ],
      { until: 51 },
    );
    const [stopped] = timelineOf([{ status: 'unknown', run_state: 'stopped', at: 0 }]);
    const [silent] = timelineOf([{ status: 'unknown', run_state: 'unknown', at: 0 }]);

    expect(gap).toMatchObject({ up_ms: HOLDS_FOR_MS, down_ms: MINUTE });
    expect(stopped).toMatchObject({ uptime_share: null, up_ms: 0, down_ms: 0 });
    expect(silent).toMatchObject({ uptime_share: null });
  });

  it('begins with what still held when the time that is asked for began', () => {
    const given: readonly Given[] = [
      { status: 'healthy', at: 0 },
      { status: 'unhealthy', at: 2 },
      { status: 'healthy', at: 8 },
    ];
    const [web] = timelineOf(given, { from: 6, until: 10 });

    expect(web).toMatchObject({ up_ms: 2 * MINUTE, down_ms: 2 * MINUTE, changes_total: 1 });
  });

  it('keeps services apart, and counts only services', () => {
    const timeline = healthTimeline(START);
    timeline.add(result({ status: 'healthy', at: 0, address: 'service.web' }));
    timeline.add(result({ status: 'unhealthy', at: 0, address: 'service.db' }));
    timeline.add({ ...result({ status: 'healthy', at: 0 }), service_id: 'volume.data' });

    expect(timeline.services(START + MINUTE).map(({ address, uptime_share }) => [address, uptime_share])).toEqual([
      ['service.db', 0],
      ['service.web', 1],
    ]);
  });

  it('knows since when it is as it is, unless that began before the first result', () => {
    const timeline = healthTimeline(START);
    timeline.add(result({ status: 'healthy', at: 0 }));
    expect(timeline.latest('service.web')?.since).toBeNull();
    timeline.add(result({ status: 'unhealthy', at: 5 }));
    timeline.add(result({ status: 'unhealthy', at: 9 }));

    expect(timeline.latest('service.web')?.since).toBe('2026-01-31T10:05:00.000Z');
    expect(timeline.latest('service.db')).toBeNull();
  });

  const looks = fc.array(
    fc.record({ status: fc.constantFrom(...HEALTH_STATUSES), at: fc.integer({ min: -100, max: 200 }) }),
    { minLength: 1, maxLength: 100 },
  );

  test.prop([looks, fc.nat({ max: 100 })])(
    'is never known for longer than the time that is asked for, in whatever order results come and clocks go',
    (given, from) => {
      const ordered = given.toSorted((left, right) => left.at - right.at);
      const [web] = timelineOf(ordered, { from, until: 120 });
      const [odd] = timelineOf(given, { from, until: 120 });

      if (web === undefined || odd === undefined) throw new Error('no timeline');
      expect(web.up_ms + web.down_ms).toBeLessThanOrEqual(Math.max(0, 200 - from) * MINUTE);
      expect(web.changes_total).toBeLessThan(given.length);
      for (const { uptime_share: share } of [web, odd]) if (share !== null) expect(share >= 0 && share <= 1).toBe(true);
    },
  );
});
