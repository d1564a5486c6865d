import { expect, it } from 'vitest';
import type { ExecOptions } from '../../../../../src/drivers/reach.ts';
import type { EngineWriter, ExecBody } from '../../../../../src/drivers/docker/api/engine-api.ts';
import type { ContainerInspect } from '../../../../../src/drivers/docker/api/wire.ts';
import { execIn } from '../../../../../src/drivers/docker/reach/exec.ts';
import { TrueupError } from '../../../../../src/model/failure.ts';

const SIGNAL = new AbortController().signal;
const VAULT = { reveal: () => '', mask: (text: string) => text };

/** What the engine is asked for. */
async function asked(options: Partial<ExecOptions>, workingDir?: string): Promise<ExecBody> {
  const bodies: ExecBody[] = [];
  const container = {
    Id: 'id',
    Name: '/web',
    State: { Running: true, Status: 'running' },
    Config: { WorkingDir: workingDir },
  };
  const api: Partial<EngineWriter> = {
    container: async () => container as unknown as ContainerInspect,
    createExec: async (_id, body) => {
      bodies.push(body);
      throw new TrueupError('step_failed', 'far enough');
    },
  };
  const running = execIn(api as EngineWriter, { type: 'service', name: 'web' }, ['true'], {
    signal: SIGNAL,
    vault: VAULT,
    ...options,
  });
  await expect(running).rejects.toThrow('far enough');
  const [body] = bodies;
  if (body === undefined) throw new Error('nothing was asked for');
  return body;
}

const ATTACHED = { Cmd: ['true'], AttachStdin: false, AttachStdout: true, AttachStderr: true, Tty: false };

it('runs a command as the container runs its own, where nothing else is said', async () => {
  expect(await asked({}, '/srv')).toEqual(ATTACHED);
});

it('runs a command as it is said, with paths that are relative to where the container runs', async () => {
  const options = { user: '1:2', privileged: true, workingDirectory: '../tmp', environment: { A: 'b=c', D: '' } };

  expect(await asked(options, '/srv/app')).toEqual({
    ...ATTACHED,
    User: '1:2',
    Privileged: true,
    WorkingDir: '/srv/tmp',
    Env: ['A=b=c', 'D='],
  });
  expect(await asked({ workingDirectory: 'sub' })).toMatchObject({ WorkingDir: '/sub' });
  expect(await asked({ workingDirectory: '/abs' }, '/srv')).toMatchObject({ WorkingDir: '/abs' });
});
