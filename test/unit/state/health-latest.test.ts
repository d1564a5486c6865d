import { appendFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HealthCheckResult } from '../../../src/model/health.ts';
import { stateFolder } from '../../../src/state/folder.ts';
import { currentHealthPath } from '../../../src/state/health-files.ts';
import { healthHistory } from '../../../src/state/health-history.ts';
import { readLatestProbes } from '../../../src/state/health-latest.ts';
import { scratchFolder } from './scratch.ts';

const NOON = Date.parse('2026-01-31T12:00:00.000Z');

function result(service: 'service.web' | 'service.api', seconds: number, parts: Partial<HealthCheckResult> = {}) {
  const made: HealthCheckResult = {
    id: `${service} ${seconds}`,
    service_id: service,
    timestamp: new Date(NOON + seconds * 1000).toISOString(),
    status: 'healthy',
    details: { exit_code: 0, output: 'x'.repeat(400), response_time_ms: 3, error_message: null },
    metadata: { check_type: 'script', triggered_by: 'automated_script', run_state: 'running' },
    ...parts,
  };
  return made;
}

describe('the latest probes', () => {
  it('are the last of each service that ran, of however many were written', async () => {
    const folder = stateFolder(scratchFolder());
    const history = healthHistory(folder, 'local', { onTrouble: (problem) => expect.fail(problem.message) });
    for (let at = 0; at < 1000; at += 1) history.add(result('service.web', at));
    history.add(result('service.api', 1000));
    const stopped = { check_type: null, triggered_by: 'automated_script', run_state: 'stopped' } as const;
    history.add(result('service.api', 1001, { status: 'unknown', metadata: stopped }));
    await history.flush();
    appendFileSync(currentHealthPath(folder, 'local'), '{"half":');

    const latest = await readLatestProbes(folder, 'local');

    expect([...latest.values()].map(({ id }) => id)).toEqual(['service.web 999']);
  });

  it('are none where nothing was written, or a newer trueup did', async () => {
    const folder = stateFolder(scratchFolder());
    expect((await readLatestProbes(folder, 'local')).size).toBe(0);

    const history = healthHistory(folder, 'local', { onTrouble: (problem) => expect.fail(problem.message) });
    history.add(result('service.web', 0));
    await history.flush();
    const line = JSON.stringify(result('service.web', 1));
    writeFileSync(currentHealthPath(folder, 'local'), `{"format_version":"9.0"}\n${line}\n`);

    expect((await readLatestProbes(folder, 'local')).size).toBe(0);
  });
});
