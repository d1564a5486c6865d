import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TRUEUP } from '../../support/cli.ts';
import { appliedShop, ofContainer, reapplied, shopText } from '../../support/docker/applied-shop.ts';
import type { DockerRepo } from '../../support/docker/docker-repo.ts';
import { eventually } from '../../support/eventually.ts';
import { schemaErrors } from '../../support/schemas.ts';
import { MANIFEST } from '../../support/shop.ts';

let repo: DockerRepo;

beforeAll(async () => {
  repo = await appliedShop();
});

beforeEach(() => reapplied(repo));

afterAll(() => repo[Symbol.asyncDispose]());

/** What stands on a terminal of its own, and how the command ended. */
async function inTerminal(
  words: readonly string[],
  typed = '',
): Promise<{ readonly status: number; readonly screen: string }> {
  const { root, env } = repo;
  const quoted = [process.execPath, '--', TRUEUP, ...words].map((word) => `'${word}'`).join(' ');
  const running = promisify(execFile)('script', ['-qec', quoted, '/dev/null'], { cwd: root, env });
  running.child.stdin?.end(typed);
  const { code, stdout } = await running.then(
    (result) => ({ code: 0, ...result }),
    (error: unknown) => error as { readonly code: number; readonly stdout: string },
  );
  return { status: code, screen: stdout.replaceAll('\r', '') };
}

describe('exec', () => {
  it('ends as its command does, and hands both outputs and standard input on', async () => {
    const exec = (...words: readonly string[]): ReturnType<DockerRepo['trueup']> =>
      repo.trueup(['exec', 'web', ...words]);

    expect(await exec('sh', '-c', 'echo out; echo err >&2; exit 7')).toEqual({
      status: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect(await exec('--', 'sh', '-c', 'echo $TOKEN')).toMatchObject({ status: 0, stdout: 'tomato-soup\n' });
    expect(await exec('tty')).toMatchObject({ status: 1, stdout: 'not a tty\n' });
    const input = `${'0123456789'.repeat(50_000)}\n`;
    const piped = await repo.trueup(['exec', 'web', 'cat'], { input });
    expect(piped.status).toBe(0);
    expect(piped.stdout === input).toBe(true);
    const json = await repo.trueup(['exec', '--output', 'json', 'web', '--', 'sh', '-c', 'echo $TOKEN; exit 3']);
    expect(json.status).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({ address: 'service.web', exit_code: 3, output: '(secret)\n' });
  });

  it('says what is not there, and what does not run', async () => {
    const missing = await repo.trueup(['exec', 'web', 'nosuch']);
    const folder = await repo.trueup(['exec', 'web', '/etc']);
    const ended = await repo.trueup(['exec', 'job', 'true']);
    await repo.trueup(['stop', 'web']);
    const stopped = await inTerminal(['exec', 'web', 'true']);

    expect(missing.status).toBe(127);
    expect(missing.stderr).toContain('is there a command "nosuch" on its PATH?');
    expect(folder.status).toBe(126);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain('[not_running]');
    expect(stopped.status).toBe(1);
    expect(stopped.screen).toContain('next: `trueup start` starts it');
  });

  it('gives its terminal to the command, with its size, and takes the exit status back', async () => {
    const named = await inTerminal(['exec', 'web', 'tty']);
    const shell = await inTerminal(['exec', 'web', 'sh'], 'echo $((6*7))\nexit 9\n');

    expect(named).toMatchObject({ status: 0 });
    expect(named.screen).toMatch(/^\/dev\/pts\/\d+$/m);
    expect(shell.status, shell.screen).toBe(9);
    expect(shell.screen).toMatch(/^42$/m);
  });

  it('ends at Ctrl-C where its command has no terminal', async () => {
    const running = repo.start(['exec', 'web', '--', 'sh', '-c', 'echo begun; sleep 1000']);
    await running.until(/begun/);
    running.child.kill('SIGINT');

    expect(await running.done).toMatchObject({ status: 130 });
  });
});

describe('restart', () => {
  it('starts the same container anew, and runs again what had run to its end', async () => {
    const state = '{{.Id}} {{.State.StartedAt}}';
    const [web = '', webSince = ''] = (await ofContainer(repo, state)).split(' ');
    const [job = '', jobSince = ''] = (await ofContainer(repo, state, 'shop-job-1')).split(' ');

    const { status } = await repo.trueup(['restart', 'web', 'job']);

    expect(status).toBe(0);
    const [webNow, webSinceNow] = (await ofContainer(repo, state)).split(' ');
    const [jobNow, jobSinceNow] = (await ofContainer(repo, state, 'shop-job-1')).split(' ');
    expect([webNow, jobNow]).toEqual([web, job]);
    expect(webSinceNow).not.toBe(webSince);
    expect(jobSinceNow).not.toBe(jobSince);
    expect(await repo.trueup(['plan', '--detailed-exitcode'])).toMatchObject({ status: 0 });
  });
});

describe('status', () => {
  it('says of each container what the engine says: state, health, image, ports and since when', async () => {
    const isHealthy = async (): Promise<boolean> => (await ofContainer(repo, '{{.State.Health.Status}}')) === 'healthy';
    await eventually(isHealthy, 'the engine to find it healthy');

    const { status, stdout } = await repo.trueup(['status', '--output', 'json']);
    const text = await repo.trueup(['status']);

    expect(status).toBe(0);
    const document = JSON.parse(stdout) as {
      readonly environments: readonly { readonly resources: readonly Readonly<Record<string, unknown>>[] }[];
    };
    expect(schemaErrors('status', document)).toEqual([]);
    const resources = document.environments[0]?.resources ?? [];
    const web = resources.find(({ address }) => address === 'service.web');
    const job = resources.find(({ address }) => address === 'service.job');
    expect(web).toMatchObject({
      name: 'shop-web-1',
      run_state: 'running',
      health: 'healthy',
      image: await ofContainer(repo, '{{.Config.Image}}'),
      ports: ['18090:80/tcp'],
    });
    const started = Date.parse(await ofContainer(repo, '{{.State.StartedAt}}'));
    expect(Date.parse(String(web?.['since']))).toBe(started);
    expect(job).toMatchObject({ run_state: 'completed', health: 'none', reason: 'exited with status 0' });
    expect(Date.parse(String(job?.['since']))).toBe(
      Date.parse(await ofContainer(repo, '{{.State.FinishedAt}}', 'shop-job-1')),
    );
    expect(text.stdout).toMatch(/^service\.web +running \(healthy\) +\S.* +18090:80\/tcp +busybox:1/m);
  });

  it('says why a container is not as it should be', async () => {
    await repo.docker('kill', 'shop-web-1');

    const { status, stdout } = await repo.trueup(['status', 'web']);

    expect(status).toBe(0);
    expect(stdout).toMatch(/^service\.web +failed .*exited with status 137/m);
  });
});

describe('pull', () => {
  it('has nothing to do where no service that is meant has an image, or none may be pulled', async () => {
    const services = `  shell: { process: { command: [sleep, '1000'] } }
  fixed: { container: { image: 'busybox:2', pull_policy: never } }
`;
    await repo.write({ [MANIFEST]: shopText({ more: services }) });

    const nothing = await repo.trueup(['pull', 'shell']);
    const never = await repo.trueup(['pull', 'fixed', '--output', 'json']);

    expect(nothing).toMatchObject({ status: 0, stdout: expect.stringContaining('Nothing to pull') as unknown });
    expect(never.status).toBe(0);
    expect(JSON.parse(never.stdout)).toMatchObject({ images: [{ reference: 'busybox:2', status: 'left_out' }] });
  });

  it('fails with what the registry lacks to say, and leaves what runs as it is', async () => {
    const before = await ofContainer(repo, '{{.Id}} {{.State.StartedAt}}');
    await repo.write({ [MANIFEST]: shopText().replace('busybox:1', '127.0.0.1:1/busybox:1') });

    const { status, stdout } = await repo.trueup(['pull', 'web', '--output', 'json']);

    expect(status).toBe(1);
    const document: unknown = JSON.parse(stdout);
    expect(schemaErrors('pull', document)).toEqual([]);
    expect(document).toMatchObject({ images: [{ status: 'failed', error: { code: 'registry_unavailable' } }] });
    expect(await ofContainer(repo, '{{.Id}} {{.State.StartedAt}}')).toBe(before);
  });
});

describe('doctor', () => {
  it('names the engine that is used with its version, and says what to do where it does not answer', async () => {
    const { status, stdout } = await repo.trueup(['doctor']);
    const lost = await repo.trueup(['doctor', '--output', 'json'], {
      env: { ...repo.env, DOCKER_HOST: 'unix:///nonexistent/engine.sock' },
    });

    expect(status, stdout).toBe(0);
    const version = await repo.docker('version', '--format', '{{.Server.Version}}, API {{.Server.APIVersion}}');
    expect(stdout).toContain(`✔ engine docker: Docker Engine ${version},`);
    expect(stdout).toContain('(DOCKER_HOST), used by local');
    expect(lost.status).toBe(1);
    const document = JSON.parse(lost.stdout) as { readonly checks: readonly Readonly<Record<string, unknown>>[] };
    expect(schemaErrors('doctor', document)).toEqual([]);
    const engine = document.checks.find(({ name }) => name === 'engine docker');
    expect(engine).toMatchObject({
      status: 'error',
      summary: expect.stringContaining('/nonexistent/engine.sock') as unknown,
    });
    expect(engine?.['next']).toMatch(/start|install/);
  });
});
