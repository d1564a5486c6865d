import { describe, expect, it } from 'vitest';
import { eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';

const FILES = {
  'environments/local/environment.yaml': `
services:
  web: { process: { command: [sh, -c, 'exec sleep 1000'] } }
  worker: { process: { command: [sh, -c, 'exec sleep 1000'] } }
`,
};

interface Line {
  readonly type: string;
  readonly address?: string | null;
  readonly action?: string;
}

function linesOf(stdout: string): readonly Line[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

function pidOf(repo: ScratchRepo, address: string): Promise<number> {
  return eventually(async () => (await repo.pids())[address] ?? null, `the pid of ${address}`);
}

describe('trueup events', () => {
  it('tells what happens by address until Ctrl-C, beginning with a gap', async () => {
    await using repo = await scratchRepo(FILES);

    const listening = repo.start(['events']);
    await listening.until(/engine process +gap: /);
    await repo.trueup(['apply', 'local', '--auto-approve']);
    await listening.until(/service\.web +running/);
    process.kill(await pidOf(repo, 'service.worker'), 'SIGSTOP');
    await listening.until(/service\.worker +paused/);
    listening.child.kill('SIGINT');

    const { status, stderr } = await listening.done;
    expect(status).toBe(130);
    expect(stderr).toBe('');
  });

  it('prints one object a line where JSON is asked for, of what was named alone', async () => {
    await using repo = await scratchRepo(FILES);
    await repo.trueup(['apply', 'local', '--auto-approve']);

    const listening = repo.start(['events', 'web', '--output', 'json']);
    await listening.until(/"type":"gap"/);
    await repo.trueup(['restart', 'worker']);
    await repo.trueup(['destroy', 'local', '--auto-approve']);
    await listening.until(/"address":"service.web".*"action":"removed"/);
    listening.child.kill('SIGTERM');

    const lines = linesOf((await listening.done).stdout);
    for (const line of lines) expect(schemaErrors('event', line)).toEqual([]);
    expect(lines[0]).toMatchObject({ type: 'gap' });
    expect(new Set(lines.slice(1).map(({ address }) => address))).toEqual(new Set(['service.web']));
  });

  it('names the environment where there are several', async () => {
    const manifest = FILES['environments/local/environment.yaml'];
    await using repo = await scratchRepo({ ...FILES, 'environments/ci/environment.yaml': manifest });

    const listening = repo.start(['events']);
    await listening.until(/local\/engine process/);
    await listening.until(/ci\/engine process/);
    await repo.trueup(['apply', 'ci', '--auto-approve']);
    await listening.until(/ci\/service\.web +running/);
    listening.child.kill('SIGINT');

    expect((await listening.done).stdout).not.toMatch(/local\/service/);
  });

  it('ends without an error when its reader leaves', async () => {
    await using repo = await scratchRepo(FILES);

    const listening = repo.start(['events']);
    await listening.until(/gap: /);
    listening.child.stdout?.destroy();
    await repo.trueup(['apply', 'local', '--auto-approve']);

    const { status, stderr } = await listening.done;
    expect(status).toBe(0);
    expect(stderr).toBe('');
  });

  it('leaves nothing behind in the repo', async () => {
    await using repo = await scratchRepo(FILES);
    const before = await repo.git('status', '--porcelain', '--ignored');

    const listening = repo.start(['events']);
    await listening.until(/gap: /);
    listening.child.kill('SIGINT');
    await listening.done;

    expect(await repo.git('status', '--porcelain', '--ignored')).toBe(before);
  });

  it('ends where one of several environments cannot be listened to', async () => {
    const far =
      'engines: { far: { driver: kind } }\nservices: { web: { engine: far, container: { image: "app:1" } } }\n';
    await using repo = await scratchRepo({ ...FILES, 'environments/far/environment.yaml': far });

    const { status, stderr } = await repo.start(['events']).done;

    expect(status).toBe(65);
    expect(stderr).toContain('kind runs clusters, and no services');
  });
});
