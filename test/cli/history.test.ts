import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberAt,
  parseJson,
  scalarText,
} from '../../src/model/json.ts';
import { type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';
import { MANIFEST, shop } from '../support/shop.ts';

const APPLY = ['apply', '--auto-approve'] as const;

function api(test: string, label = 'one'): string {
  return `name: local
project: shop
services:
  api:
    process: { command: [sleep, "1000"] }
    health_check: { test: [CMD-SHELL, '${test}'], interval: 10s, timeout: 10s, retries: 1 }
    labels: { version: ${label} }
`;
}

async function jsonOf(repo: ScratchRepo, args: readonly string[], schema: string): Promise<JsonObject> {
  const { stdout, stderr } = await repo.trueup([...args, '--output', 'json']);
  const document = parseJson(stdout);
  if (!isJsonObject(document)) throw new Error(`no document: ${stdout}${stderr}`);
  expect(schemaErrors(schema, document)).toEqual([]);
  return document;
}

async function runsOf(repo: ScratchRepo, ...args: readonly string[]): Promise<readonly Json[]> {
  const environments = memberAt(await jsonOf(repo, ['history', ...args], 'history'), 'environments');
  const runs = isJsonArray(environments) ? memberAt(environments[0], 'runs') : null;
  return isJsonArray(runs) ? runs : [];
}

async function statusOf(repo: ScratchRepo): Promise<Json> {
  const environments = memberAt(await jsonOf(repo, ['status'], 'status'), 'environments');
  return isJsonArray(environments) ? (environments[0] ?? null) : null;
}

describe('the history', () => {
  it('tells of each run, the newest first, with its revision, its outcome and its report', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: api('true') });
    const commit = await repo.git('rev-parse', 'HEAD');
    expect((await repo.trueup(APPLY)).status).toBe(0);
    await repo.write({ [MANIFEST]: api('false', 'two') });
    expect((await repo.trueup(APPLY)).status).toBe(3);
    expect((await repo.trueup(['stop', 'api'])).status).toBe(0);
    expect((await repo.trueup(['destroy', 'local', '--auto-approve'])).status).toBe(0);

    const runs = await runsOf(repo);

    expect(runs).toMatchObject([
      { command: 'trueup destroy', mode: 'destroy', status: 'succeeded', summary: { delete: 1 } },
      { command: 'trueup stop', status: 'succeeded', summary: { update: 1 } },
      { command: 'trueup apply', status: 'failed', failed: ['service.api'], revision: { commit, dirty: true } },
      { command: 'trueup apply', status: 'succeeded', summary: { create: 1 }, revision: { commit, dirty: false } },
    ]);
    for (const run of runs) expect(existsSync(join(repo.root, scalarText(memberAt(run, 'report'))))).toBe(true);
    expect(await runsOf(repo, 'local', '--limit', '2')).toEqual(runs.slice(0, 2));
    const { stdout } = await repo.trueup(['history']);
    expect(stdout).toMatch(/destroy .*succeeded[^]*stop .*succeeded[^]*failed.*service\.api[^]*1 created/);
  });

  it('has no line for a run that found nothing to do, as the one before it', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop() });
    for (let count = 0; count < 3; count += 1) expect((await repo.trueup(APPLY)).status).toBe(0);
    expect(await runsOf(repo)).toHaveLength(1);

    await repo.commit('nothing that matters');
    for (let count = 0; count < 2; count += 1) expect((await repo.trueup(APPLY)).status).toBe(0);

    expect(await runsOf(repo)).toMatchObject([{ status: 'succeeded' }, { summary: { create: 4 } }]);
  });

  it('keeps what was killed, in its place', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop({ databaseDelay: 30 }) });
    const running = repo.start(APPLY);
    await running.until(/service\.db start: done/);
    running.child.kill('SIGKILL');
    await running.done;

    await repo.write({ [MANIFEST]: shop() });
    expect((await repo.trueup(APPLY)).status).toBe(0);

    expect(await runsOf(repo)).toMatchObject([
      { command: 'trueup apply', status: 'succeeded' },
      { command: 'trueup apply', status: 'not_ended', duration_ms: null, report: null },
    ]);
    expect((await repo.trueup(['history'])).stdout).toContain('did not end');
  });

  it('is shown from another folder, outlives the manifests, and suggests the nearest name', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop(), 'environments/other/a.yaml': 'name: other\n' });
    expect((await repo.trueup([...APPLY, 'local'])).status).toBe(0);
    await repo.git('rm', '--quiet', '-r', '--force', 'environments/local');

    const elsewhere = await repo.trueup(['history', '--chdir', repo.root], { cwd: '/' });
    const never = await repo.trueup(['history', 'other']);
    const wrong = await repo.trueup(['history', 'locale']);

    expect(elsewhere.stdout).toContain('4 created');
    expect(never).toMatchObject({ status: 0, stdout: 'other: no run is remembered\n' });
    expect(wrong.status).toBe(64);
    expect(wrong.stderr).toContain('did you mean "local"');
  });
});

describe('a revision that fails', () => {
  it('is quarantined with why, is tried again when somebody asks, and is lifted by the next that is applied', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: api('true') });
    expect((await repo.trueup(APPLY)).status).toBe(0);
    await repo.write({ [MANIFEST]: api('false') });
    const commit = await repo.commit('a bad one');

    expect((await repo.trueup(APPLY)).status).toBe(3);
    const first = memberAt(await statusOf(repo), 'quarantine');
    expect((await repo.trueup(APPLY)).status).toBe(3);
    const second = memberAt(await statusOf(repo), 'quarantine');
    const { stdout } = await repo.trueup(['status']);

    expect(first).toMatchObject({ revision: { commit, dirty: false }, failed: ['service.api'], attempts: 1 });
    expect(first).toMatchObject({ reason: 'gate_not_met', declared: true });
    expect(second).toMatchObject({ attempts: 2, since: memberAt(first, 'since') });
    expect(stdout).toContain(`Quarantined=True GateNotMet: ${commit.slice(0, 7)}`);
    expect(stdout).toMatch(/after 2 attempts: service\.api.*`trueup apply local` tries it again/);

    await repo.write({ [MANIFEST]: api('true', 'two') });
    expect(memberAt(await statusOf(repo), 'quarantine', 'declared')).toBe(false);
    expect((await repo.trueup(['status'])).stdout).toContain('another revision');
    expect((await repo.trueup(APPLY)).status).toBe(0);
    expect(memberAt(await statusOf(repo), 'quarantine')).toBeNull();
  });

  it('is not quarantined for an interrupt, nor for a run of a part of it', async () => {
    await using repo = await scratchRepo({ [MANIFEST]: shop({ databaseDelay: 30 }) });
    const running = repo.start(APPLY);
    await running.until(/service\.db start: done/);
    running.child.kill('SIGINT');
    expect((await running.done).status).toBe(130);
    expect(memberAt(await statusOf(repo), 'quarantine')).toBeNull();

    await repo.write({ [MANIFEST]: api('false') });
    expect((await repo.trueup([...APPLY, 'api'])).status).toBe(3);

    expect(memberAt(await statusOf(repo), 'quarantine')).toBeNull();
  });

  it('holds no secret in what is remembered of it', async () => {
    const secret = 'hunter2-and-more';
    await using repo = await scratchRepo({
      'environments/local/token': secret,
      [MANIFEST]: `${api('echo $$API_TOKEN; false')}    environment_variables: { API_TOKEN: { secret: true, source: file, value: token } }\n`,
    });

    expect((await repo.trueup(APPLY)).status).toBe(3);

    const kept = ['environments/local.json', 'history/local.ndjson'].map((file) => repo.read(`.trueup/${file}`));
    expect((await Promise.all(kept)).join('')).not.toContain(secret);
    expect(memberAt(await statusOf(repo), 'quarantine', 'attempts')).toBe(1);
  });
});
