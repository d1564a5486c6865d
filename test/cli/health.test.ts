import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type Json, type JsonObject, memberAt, parseJson } from '../../src/model/json.ts';
import type { HealthCheckResult } from '../../src/model/health.ts';
import { eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';
import { MANIFEST } from '../support/shop.ts';

const API = `name: local
project: shop
services:
  api:
    process: { command: [sleep, "1000"] }
    health_check: { test: [CMD, "true"], interval: 10s, timeout: 10s, retries: 1 }
  db:
    process: { command: [sleep, "1000"] }
`;

const APPLY = ['apply', '--auto-approve'] as const;

const MINUTE = 60_000;

function recorded(
  minutesAgo: number,
  status: HealthCheckResult['status'],
  why: string | null = null,
): HealthCheckResult {
  return {
    id: `id-${minutesAgo}`,
    service_id: 'service.api',
    timestamp: new Date(Date.now() - minutesAgo * MINUTE).toISOString(),
    status,
    details: { exit_code: status === 'healthy' ? 0 : 1, output: why, response_time_ms: 4, error_message: null },
    metadata: { check_type: 'script', triggered_by: 'automated_script', run_state: 'running' },
  };
}

/** As the daemon would have written it. */
function placeHistory(repo: ScratchRepo, results: readonly HealthCheckResult[], tail = ''): void {
  const folder = join(repo.root, '.trueup', 'health', 'local');
  mkdirSync(folder, { recursive: true });
  const lines = [{ format_version: '1.0' }, ...results].map((line) => JSON.stringify(line));
  writeFileSync(join(folder, 'current.ndjson'), `${lines.join('\n')}\n${tail}`);
}

async function healthOf(repo: ScratchRepo, ...args: readonly string[]): Promise<JsonObject> {
  const { stdout, stderr } = await repo.trueup(['health', ...args, '--output', 'json']);
  const document = parseJson(stdout);
  if (!isJsonObject(document)) throw new Error(`no document: ${stdout}${stderr}`);
  expect(schemaErrors('health', document)).toEqual([]);
  return document;
}

function listIn(document: Json, key: string): readonly Json[] {
  const list = memberAt(document, key);
  return isJsonArray(list) ? list : [];
}

describe('trueup health', () => {
  it('shows each service as it is now, and leaves a report of it', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: API });
    expect((await repo.trueup(APPLY)).status).toBe(0);

    const document = await healthOf(repo);

    expect(document).toMatchObject({
      environment: 'local',
      complete: true,
      summary: { healthy: 1, unhealthy: 0, starting: 0, unknown: 1 },
      services: [
        // No engine tests a process, but its gate has.
        { address: 'service.api', run_state: 'running', status: 'healthy', last_check: { status: 'healthy' } },
        { address: 'service.db', run_state: 'running', status: 'unknown', last_check: null },
      ],
      history: null,
    });
    const latest = join(repo.root, 'reports', 'local', 'health', 'latest.json');
    const written = parseJson(readFileSync(latest, 'utf8'));
    expect(schemaErrors('health', written)).toEqual([]);
    expect(written).toMatchObject({ kind: 'health', environment: 'local', engines: [{ name: 'process' }] });
  });

  it('shows what died, without a daemon and with nothing recorded', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: API });
    expect((await repo.trueup(APPLY)).status).toBe(0);
    const { 'service.db': pid } = await repo.pids();
    if (pid === undefined) throw new Error('db does not run');
    process.kill(pid, 'SIGKILL');

    // Its supervisor needs a moment to record the end.
    const { stdout, status } = await eventually(async () => {
      const shown = await repo.trueup(['health', 'db', '--no-report']);
      return shown.stdout.includes('unhealthy') && shown;
    }, 'the end of db');

    expect(status).toBe(0);
    expect(stdout).toMatch(/^local: 1 unhealthy\n[^]*service\.db +unhealthy +failed/);
    expect(stdout).not.toContain('service.api');
    expect(existsSync(join(repo.root, 'reports', 'local', 'health'))).toBe(false);
  });

  it('shows what was recorded: the last check, the share of the time that it was up, and each change', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: API });
    expect((await repo.trueup(APPLY)).status).toBe(0);
    const results = [
      recorded(200, 'healthy'),
      recorded(40, 'healthy'),
      recorded(34, 'unhealthy', 'trying\nno such table: orders\n'),
      recorded(32, 'healthy'),
      recorded(30, 'healthy'),
    ];
    placeHistory(repo, results, '{"id":"torn');

    const document = await healthOf(repo, '--history', '--since', '1h');
    const [api, db] = listIn(memberAt(document, 'history'), 'services');

    expect(api).toMatchObject({ address: 'service.api', changes_total: 2, down_ms: 2 * MINUTE });
    expect(listIn(api ?? null, 'changes')).toMatchObject([
      { from: 'unhealthy', to: 'healthy' },
      { from: 'healthy', to: 'unhealthy', exit_code: 1, reason: 'no such table: orders' },
    ]);
    expect(Number(memberAt(api, 'uptime_share'))).toBeCloseTo(19 / 21, 2);
    expect(db).toMatchObject({ address: 'service.db', uptime_share: null });
    const { stdout } = await repo.trueup(['health', '--history', '--since', '35m', '--no-report']);
    expect(stdout).toMatch(/service\.api +\d+(\.\d\d)? % +2 m 00 s/);
    expect(stdout).toMatch(/service\.api +healthy → unhealthy +running +status 1: no such table: orders/);
  });

  it('goes on where what was recorded is of a newer trueup, and says so', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: API });
    placeHistory(repo, []);
    writeFileSync(join(repo.root, '.trueup', 'health', 'local', 'current.ndjson'), '{"format_version":"9.0"}\n');

    const { status, stdout, stderr } = await repo.trueup(['health', '--no-report']);

    expect(status).toBe(0);
    expect(stderr).toContain('state_too_new');
    expect(stdout).toMatch(/^local: 2 not known/);
  });

  it('is asked of services and of environments, and leaves no trace but its report', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: API });
    const before = await repo.tree();

    const unknown = await repo.trueup(['health', 'local/service.apy']);
    const odd = await repo.trueup(['health', '--since', 'yesterday']);
    expect((await repo.trueup(['health', '--no-report'])).status).toBe(0);

    expect(unknown.status).toBe(64);
    expect(unknown.stderr).toContain('service.api');
    expect(odd.status).toBe(64);
    expect(await repo.tree()).toEqual(before);
  });
});
