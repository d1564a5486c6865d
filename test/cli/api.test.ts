/** The API of the built daemon, and the command line that leaves its commands to it. */
import { lstat } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildOf } from '../../src/cli/daemon/build-id.ts';
import { isJsonArray, isJsonObject, type Json } from '../../src/model/json.ts';
import { socketPlaces } from '../../src/serve/api/socket-place.ts';
import { type CliResult, eventually, type RunningCli, type ScratchRepo, scratchRepo, TRUEUP } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';

const MANIFEST = `name: local
project: apitest
services:
  web:
    process: { command: [sleep, "1000"] }
  worker:
    process: { command: [sleep, "1000"] }
    environment_variables: { MODE: "\${MODE:-plain}" }
`;

/** An option that changes nothing, and that no daemon is asked with. */
const HERE = ['--var', 'unused=1'];

interface Daemon extends AsyncDisposable {
  readonly running: RunningCli;
  readonly socket: string;
  ask(path: string, method?: string, json?: object): Promise<{ readonly status: number; readonly text: string }>;
  /** How many commands it has been asked to run. */
  commands(): Promise<number>;
}

async function serving(repo: ScratchRepo, ...args: readonly string[]): Promise<Daemon> {
  const running = repo.start(['serve', ...args]);
  // The API may be there before the first pass has ended, and after it.
  await running.until(/serving repo\//);
  await running.until(/in sync at|applied at/);
  const socket = socketPlaces(repo.root, repo.env)[0] ?? '';
  const ask: Daemon['ask'] = async (path, method = 'GET', json) => {
    const headers = json === undefined ? {} : { 'content-type': 'application/json' };
    const { promise, resolve, reject } = Promise.withResolvers<{ readonly status: number; readonly text: string }>();
    const asked = request({ socketPath: socket, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject).end(json === undefined ? undefined : JSON.stringify(json));
    return promise;
  };
  return {
    running,
    socket,
    ask,
    async commands() {
      const { text } = await ask('/metrics');
      const [, count = '0'] =
        /requests_total\{method="POST",route="\/v1\/command",status="200"\} (\d+)/.exec(text) ?? [];
      return Number(count);
    },
    async [Symbol.asyncDispose]() {
      running.child.kill('SIGCONT');
      running.child.kill('SIGTERM');
      await running.done;
    },
  };
}

/** What is new each time, by name or by nature. */
function withoutTimes(text: string): Json {
  const volatile = new Set(['id', 'started_at', 'duration_ms', 'at']);
  const cleaned = (value: Json): Json => {
    if (isJsonArray(value)) return value.map(cleaned);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]) => (volatile.has(key) ? [] : [[key, cleaned(item)]])),
    );
  };
  return cleaned(JSON.parse(text) as Json);
}

function same(left: CliResult, right: CliResult): void {
  const ages = (text: string): string =>
    text.replaceAll(/(<? *\d+(\.\d+)? (ms|s|m|h)\b)+/g, ' T').replaceAll(/ +/g, ' ');
  expect(ages(left.stdout)).toBe(ages(right.stdout));
  expect(ages(left.stderr)).toBe(ages(right.stderr));
  expect(left.status).toBe(right.status);
}

describe('a command line beside a daemon', () => {
  test('prints the same as without it, in text and JSON', async () => {
    await using repo = await scratchRepo({ 'environments/local/e.yaml': MANIFEST });
    await using daemon = await serving(repo);
    const lines = [
      ['status'],
      ['status', 'local', '-o', 'json'],
      ['status', 'web'],
      ['status', '-q'],
      ['plan', '--no-report'],
      ['plan', '-o', 'json', '--no-report'],
      ['drift', '--no-report'],
      ['drift', 'local', '-o', 'json', '--no-report'],
      ['apply', '--auto-approve'],
      ['apply', '--auto-approve', '-o', 'json'],
      ['status', 'nobody'],
      ['status', 'nobody', '-o', 'json'],
    ];

    for (const line of lines) {
      const before = await daemon.commands();
      const left = await repo.trueup(line);
      expect(await daemon.commands(), line.join(' ')).toBe(before + 1);
      const here = await repo.trueup([...line, ...HERE]);
      expect(await daemon.commands(), line.join(' ')).toBe(before + 1);
      if (line.includes('json')) {
        expect(withoutTimes(left.stdout)).toEqual(withoutTimes(here.stdout));
        expect(left.status).toBe(here.status);
      } else same(left, here);
    }
  });

  test('sees the working tree and the variables of who asks, not those of the daemon', async () => {
    await using repo = await scratchRepo({ 'environments/local/e.yaml': MANIFEST });
    await using daemon = await serving(repo);

    const env = { ...repo.env, MODE: 'other' };
    const varied = await repo.trueup(['plan', '--no-report', '-o', 'json'], { env });
    await repo.write({ 'environments/local/e.yaml': MANIFEST.replaceAll('1000', '2000') });
    const dirty = await repo.trueup(['plan', '--no-report', '-o', 'json']);
    await repo.write({ 'environments/local/e.yaml': MANIFEST.replace('web:', 'web: [') });
    const broken = await repo.trueup(['plan', '--no-report']);

    expect(await daemon.commands()).toBe(3);
    expect(JSON.parse(varied.stdout)).toMatchObject({ resource_changes: [{ address: 'service.worker' }] });
    expect(JSON.parse(dirty.stdout)).toMatchObject({ revision: { dirty: true }, summary: { restart: 2 } });
    expect(broken.status).toBe(65);
    expect(broken.stderr).toContain('environments/local/e.yaml:6');
  });

  test('changes what there is to change itself', async () => {
    await using repo = await scratchRepo({ 'environments/local/e.yaml': MANIFEST });
    await using daemon = await serving(repo);
    await repo.write({ 'environments/local/e.yaml': MANIFEST.replaceAll('1000', '2000') });

    const applied = await repo.trueup(['apply', '--auto-approve']);

    expect(applied.status).toBe(0);
    expect(applied.stdout).toContain('Applied: 2 restarted');
    expect(await daemon.commands()).toBe(1);
    expect(daemon.running.soFar().stderr).not.toContain('internal');
  });

  test('is not answered by another build, nor where something around it differs that matters', async () => {
    await using repo = await scratchRepo({ 'environments/local/e.yaml': MANIFEST });
    await using daemon = await serving(repo);
    const stream = { terminal: false, columns: 0, colors: false };
    const environment = Object.fromEntries(Object.entries(repo.env).filter(([, value]) => value !== undefined));
    const command = {
      build: buildOf(join(dirname(TRUEUP), '..', 'dist', 'main.cjs')),
      words: ['status'],
      directory: repo.root,
      environment,
      stdout: stream,
      stderr: stream,
    };
    const isRun = async (changed: object): Promise<unknown> => {
      const { text } = await daemon.ask('/v1/command', 'POST', { ...command, ...changed });
      return (JSON.parse(text) as { readonly run: unknown }).run;
    };
    const around = (variables: object): object => ({ environment: { ...environment, ...variables } });

    expect(await isRun({})).toBe(true);
    expect(await isRun(around({ EDITOR: 'vi', MODE: 'other' }))).toBe(true);
    expect(await isRun({ build: '0123456789abcdef' })).toBe(false);
    expect(await isRun({ build: '' })).toBe(false);
    expect(await isRun({ words: ['destroy', 'local', '--auto-approve'] })).toBe(false);
    expect(await isRun({ words: ['status', '--help'] })).toBe(false);
    for (const variables of [
      { PATH: '/bin' },
      { DOCKER_HOST: 'tcp://x' },
      { GIT_DIR: '/x' },
      { HOME: '/' },
      { TZ: 'UTC' },
    ]) {
      expect(await isRun(around(variables)), JSON.stringify(variables)).toBe(false);
    }
    expect(Object.keys(await repo.pids())).toHaveLength(2);
  });

  test('goes on without a word where the daemon is stopped, or was killed', async () => {
    await using repo = await scratchRepo({ 'environments/local/e.yaml': MANIFEST });
    await using daemon = await serving(repo);
    const here = await repo.trueup(['status', ...HERE]);

    daemon.running.child.kill('SIGSTOP');
    const stopped = await repo.trueup(['status']);
    daemon.running.child.kill('SIGCONT');
    daemon.running.child.kill('SIGKILL');
    await daemon.running.done;
    const killed = await repo.trueup(['status']);

    expect((await lstat(daemon.socket)).isSocket()).toBe(true);
    same(stopped, here);
    same(killed, here);
  });
});

describe('the daemon', () => {
  test('is one for each root, and takes the place of one that was killed', async () => {
    await using repo = await scratchRepo({ 'environments/local/e.yaml': MANIFEST });
    const first = await serving(repo);

    const second = await repo.trueup(['serve', '-o', 'json']);
    first.running.child.kill('SIGKILL');
    await first.running.done;
    await using third = await serving(repo);

    expect(second.status).toBe(4);
    expect(JSON.parse(second.stdout)).toMatchObject({
      error: { code: 'already_served', fields: { pid: first.running.child.pid, command: 'trueup serve' } },
    });
    expect((await lstat(third.socket)).mode & 0o777).toBe(0o600);
    expect((await third.ask('/livez')).status).toBe(200);
  });

  test('answers with documents that fit their schemas', async () => {
    await using repo = await scratchRepo({ 'environments/local/e.yaml': MANIFEST });
    await using daemon = await serving(repo);

    const status = await daemon.ask('/v1/environments/repo/local');
    const plan = await daemon.ask('/v1/environments/repo/local/plan', 'POST');
    const pass = await daemon.ask('/v1/environments/repo/local/apply', 'POST');

    expect(schemaErrors('status', JSON.parse(status.text))).toEqual([]);
    expect(schemaErrors('plan', JSON.parse(plan.text))).toEqual([]);
    expect(JSON.parse(pass.text)).toMatchObject({ environment: 'repo/local', outcome: 'in_sync' });
    await eventually(async () => (await daemon.ask('/readyz')).status === 200);
  });

  test('is reached through TCP with a token, until that is revoked', async () => {
    await using repo = await scratchRepo({ 'environments/local/e.yaml': MANIFEST });
    await using daemon = await serving(repo, '--listen', '127.0.0.1:0');
    await daemon.running.until(/the API listens on port \d+/);
    const port = /listens on port (\d+)/.exec(daemon.running.soFar().stderr)?.[1] ?? '';
    const made = await repo.trueup(['serve', 'token', 'create', '--role', 'viewer', '--name', 'ci', '--expires', '1h']);
    const ask = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${made.stdout.trim()}` };
      return (await fetch(`http://127.0.0.1:${port}/v1/environments`, { headers })).status;
    };

    expect(await ask()).toBe(200);
    const list = await repo.trueup(['serve', 'token', 'list', '-o', 'json']);
    await repo.trueup(['serve', 'token', 'revoke', 'ci']);

    expect(JSON.parse(list.stdout)).toMatchObject({ tokens: [{ name: 'ci', role: 'viewer' }] });
    expect(list.stdout).not.toContain(made.stdout.trim());
    expect(await ask()).toBe(401);
    expect((await repo.trueup(['serve', 'token', 'revoke', 'ci'])).status).not.toBe(0);
    expect((await repo.trueup(['serve', 'token', 'create', '--name', 'x'])).status).toBe(64);
  });

  test('listens beyond this machine only with a certificate', async () => {
    await using repo = await scratchRepo({ 'environments/local/e.yaml': MANIFEST });

    const { status, stderr } = await repo.trueup(['serve', '--listen', '0.0.0.0:0']);

    expect(status).toBe(64);
    expect(stderr).toContain('without a certificate');
  });
});
