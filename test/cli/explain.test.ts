import { describe, expect, it } from 'vitest';
import { eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';

const BASE = `
abstract: true
variables: { pause: "1000" }
services:
  web:
    process: { command: [sh, -c, "exec sleep \${pause}"] }
    environment_variables: { TOKEN: { secret: true, value: known-secret } }
`;

const LOCAL = `
extends: ../base
services:
  web: { labels: { team: core } }
  db: { process: { command: [sh, -c, "exec sleep 900"] } }
`;

const FILES = { 'environments/base/all.yaml': BASE, 'environments/local/main.yaml': LOCAL };

interface Explained {
  readonly next: { readonly outcome: string; readonly sentence: string; readonly passes: string | null };
  readonly live: { readonly status: string };
  readonly fields: readonly { readonly field_path: string; readonly declaration: unknown }[];
  readonly waits: readonly { readonly on: string; readonly reason: string }[];
  readonly last_failure: unknown;
}

async function explain(repo: ScratchRepo, ...words: readonly string[]): Promise<Explained> {
  const { stdout, stderr, status } = await repo.trueup(['explain', ...words, '--output', 'json']);
  expect(`${status} ${stderr}`).toMatch(/^[01] $/);
  expect(stdout).not.toContain('known-secret');
  const document: unknown = JSON.parse(stdout);
  expect(schemaErrors('explain', document)).toEqual([]);
  return document as Explained;
}

async function applied(): Promise<ScratchRepo> {
  const repo = await scratchRepo(FILES);
  expect(await repo.trueup(['apply', 'local', '--auto-approve'])).toMatchObject({ status: 0 });
  return repo;
}

describe('trueup explain', () => {
  it('names the commit that changed a variable, and each place that has a say', async () => {
    await using repo = await applied();
    await repo.write({ 'environments/base/all.yaml': BASE.replace('1000', '1001') });
    await repo.git('commit', '--quiet', '--all', '--author', 'Ann <ann@example.com>', '--message', 'slower');
    const short = (await repo.git('rev-parse', 'HEAD')).slice(0, 7);

    const { stdout, status } = await repo.trueup(['explain', 'web', 'process.command']);

    expect(status).toBe(0);
    expect(stdout).toContain(`service.web will be restarted: git changed process.command in ${short} by Ann\n`);
    expect(stdout).toMatch(
      /desired +\["sh", "-c", "exec sleep 1001"\] environments\/base\/all.yaml:6:16, \w{7} by .*\(inherited from environments\/base\)/,
    );
    expect(stdout).toMatch(/recorded +\["sh", "-c", "exec sleep 1000"\]\n +live +\["sh", "-c", "exec sleep 1000"\]\n/);
    expect(stdout).toMatch(new RegExp(`\\$\\{pause\\} set in environments/base/all.yaml:3:14, ${short} by Ann`));
  });

  it.for([
    ['of the same second', ''],
    ['of an older author, rebased', '2001-02-03T04:05:06Z'],
  ])('names the commit since what was applied, whatever dates commits bear: %s', async ([, date = '']) => {
    await using repo = await applied();
    const first = await repo.git('log', '-1', '--format=%aI');
    await repo.write({ 'environments/base/all.yaml': BASE.replace('1000', '1001') });
    await repo.git('commit', '--quiet', '--all', '--date', date || first, '--message', 'slower');
    const short = (await repo.git('rev-parse', 'HEAD')).slice(0, 7);

    const { next } = await explain(repo, 'web', 'process.command');

    expect(next.sentence).toMatch(new RegExp(`: git changed process\\.command in ${short} by `));
  });

  it('tells what is edited, what the world did, and what is as it should be', async () => {
    await using repo = await applied();
    await repo.write({ 'environments/local/main.yaml': LOCAL.replace('core', 'edge') });
    const pid = await eventually(async () => (await repo.pids())['service.db'] ?? null, 'the pid');
    process.kill(pid, 'SIGSTOP');
    await eventually(async () => {
      const { next } = await explain(repo, 'db');
      return next.outcome === 'change' ? next : null;
    }, 'the pause');

    expect((await explain(repo, 'db')).next).toMatchObject({
      passes: 'drift_reported',
      sentence: expect.stringContaining('stopped outside of git; `watch` and `serve` leave it alone') as unknown,
    });
    expect((await explain(repo, 'local/service.web')).next.sentence).toBe(
      'service.web will be updated in place: an edit that is not committed yet changed labels.team',
    );
    await repo.git('checkout', '--quiet', '.');
    expect((await explain(repo, 'web')).next).toMatchObject({ outcome: 'nothing', passes: null });
  });

  it('explains what no manifest declares any more, and suggests its name', async () => {
    await using repo = await applied();
    await repo.write({ 'environments/local/main.yaml': LOCAL.replace(/ {2}db: .*\n/, '') });

    expect((await explain(repo, 'service.db')).next).toMatchObject({
      sentence: 'service.db will be removed: no manifest declares it any more',
    });
    expect((await repo.trueup(['explain', 'service.dbb'])).stderr).toContain(
      'did you mean "service.db", which no manifest',
    );
  });

  it('says what a resource waits for, and what failed of it last', async () => {
    const failing = `
services:
  web: { process: { command: [sh, -c, "exec sleep 1000"] }, dependencies: { db: { condition: service_healthy } } }
  db:
    process: { command: [sh, -c, "exec sleep 900"] }
    health_check: { test: [CMD, "false"], interval: 200ms, timeout: 100ms, retries: 2 }
`;
    await using repo = await scratchRepo({ 'environments/local/main.yaml': failing });
    expect((await repo.trueup(['apply', 'local', '--auto-approve'])).status).toBe(3);

    const web = await explain(repo, 'web');

    expect(web.waits.map(({ on }) => on)).toEqual(['dependency', 'quarantine']);
    expect(web.last_failure).toMatchObject({ status: 'skipped', skipped_because: 'service.db:service_healthy' });
    expect((await explain(repo, 'db')).last_failure).toMatchObject({
      step: 'service.db:service_healthy',
      status: 'failed',
    });
  });

  it('does what it can where the engine is down, and exits with 1', async () => {
    const container = 'services: { web: { container: { image: "app:1" } } }\n';
    await using repo = await scratchRepo({ 'environments/local/main.yaml': container });
    const env = { ...repo.env, DOCKER_HOST: 'unix:///nowhere/docker.sock' };

    const { status, stdout } = await repo.trueup(['explain', 'web'], { env });

    expect(status).toBe(1);
    expect(stdout).toContain('nothing is planned for service.web: engine docker does not answer');
    expect(stdout).toMatch(/container\.image\n +desired +"app:1" environments\/local\/main\.yaml:1:33, \w{7} by/);
    expect(stdout).toMatch(/live +unknown/);
  });

  it('leaves nothing behind', async () => {
    await using repo = await applied();
    const before = await repo.tree();

    await explain(repo, 'web', '--all');
    await repo.trueup(['explain', 'web']);

    expect(await repo.tree()).toEqual(before);
  });

  it('refuses what it is not about, with the nearest name', async () => {
    await using repo = await scratchRepo(FILES);
    const refused = async (...words: readonly string[]): Promise<string> => {
      const { status, stderr } = await repo.trueup(['explain', ...words]);
      expect(status, words.join(' ')).toBe(64);
      return stderr;
    };

    expect(await refused('wep')).toContain('did you mean "web"?');
    expect(await refused('local')).toContain('name one, such as local/service.');
    expect(await refused('web', 'proces')).toContain('did you mean process?');
    expect(await refused()).toContain("missing required argument 'address'");
    expect(await refused('web', 'process', 'more')).toContain('too many arguments');
  });
});
