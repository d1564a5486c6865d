import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { refused } from '../../../../../src/drivers/kind/commands/failures.ts';
import { mustRun, runCommand } from '../../../../../src/drivers/kind/commands/run.ts';

const ENGINE = { name: 'nodes', place: 'unix:///engine', environment: { DOCKER_HOST: 'unix:///engine' } };
const NEVER = new AbortController().signal;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-kind-'));
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH'] ?? ''}`);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function kindThat(does: string): Promise<void> {
  await writeFile(join(folder, 'kind'), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
}

test('a kind that hangs is ended, and said to have hung', async () => {
  await kindThat('exec sleep 1000');

  const call = { program: 'kind', args: ['version'], signal: NEVER, timeoutMs: 50 } as const;
  const running = mustRun(ENGINE, call, (stderr) => refused(ENGINE, 'kind version', stderr));

  await expect(running).rejects.toMatchObject({
    code: 'engine_unreachable',
    message: expect.stringContaining('did not end within 0.05 s') as string,
  });
});

test('a kind that asks gets no answer, and goes on without', async () => {
  await kindThat('read answer || answer=nothing; echo "$answer"');

  const { stdout } = await runCommand(ENGINE, { program: 'kind', args: [], signal: NEVER });

  expect(stdout.toString('utf8')).toBe('nothing');
});

test('what leads the user elsewhere leads us nowhere', async () => {
  vi.stubEnv('KUBECONFIG', '/home/kim/.kube/config');
  vi.stubEnv('DOCKER_HOST', 'ssh://elsewhere');
  await kindThat('echo "$DOCKER_HOST $KUBECONFIG"');
  const said = async (kubeconfig?: string): Promise<string> => {
    const call = {
      program: 'kind',
      args: [],
      signal: NEVER,
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
    } as const;
    return (await runCommand(ENGINE, call)).stdout.toString('utf8');
  };

  expect(await said()).toBe('unix:///engine ');
  expect(await said('/state/kubeconfig')).toBe('unix:///engine /state/kubeconfig');
});
