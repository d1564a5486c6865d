import { describe, expect, it } from 'vitest';
import { eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { parsed } from '../support/matching.ts';

const SERVICE = {
  'app/notes.txt': 'from the folder of the service\n',
  'environments/local/environment.yaml': `
environment_variables: { TOKEN: { secret: true, value: hunter2-hunter2 } }
services:
  web:
    process: { command: [sleep, "600"], cwd: ../../app }
    environment_variables: { COLOUR: teal }
`,
};

async function applied(): Promise<ScratchRepo> {
  const repo = await scratchRepo(SERVICE);
  try {
    const { status, stdout, stderr } = await repo.trueup(['apply', 'local', '--auto-approve']);
    expect(status, stdout + stderr).toBe(0);
    return repo;
  } catch (error) {
    await repo[Symbol.asyncDispose]();
    throw error;
  }
}

describe('trueup exec', () => {
  it('runs a command in the environment and the working directory of the service', async () => {
    await using repo = await applied();

    const { status, stdout, stderr } = await repo.trueup([
      'exec',
      'web',
      '--',
      'sh',
      '-c',
      'echo $COLOUR $TOKEN; cat notes.txt',
    ]);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe('teal hunter2-hunter2\nfrom the folder of the service\n');
  });

  it('takes the words of the command as they are, with or without a dash between', async () => {
    await using repo = await applied();

    const { stdout } = await repo.trueup(['exec', 'local/service.web', 'printf', '%s|', '-o', 'json', '--', '']);

    expect(stdout).toBe('-o|json|--||');
  });

  it('hands its standard input over', async () => {
    await using repo = await applied();

    const { stdout } = await repo.trueup(['exec', 'web', '--', 'cat'], { input: 'from outside' });

    expect(stdout).toBe('from outside');
  });

  it('passes everything that is written on, however long', async () => {
    await using repo = await applied();

    const { stdout } = await repo.trueup(['exec', 'web', '--', 'sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" x']);

    expect(stdout).toHaveLength(3_000_000);
  });

  it('ends with the exit status of the command', async () => {
    await using repo = await applied();

    const { status } = await repo.trueup(['exec', 'web', '--', 'sh', '-c', 'exit 42']);
    const missing = await repo.trueup(['exec', 'web', '--', 'no-such-program']);

    expect(status).toBe(42);
    expect(missing.status).toBe(127);
  });

  it('prints status and masked output as JSON', async () => {
    await using repo = await applied();

    const { status, stdout } = await repo.trueup([
      'exec',
      '-o',
      'json',
      'web',
      '--',
      'sh',
      '-c',
      'echo $TOKEN; exit 3',
    ]);

    expect(status).toBe(3);
    expect(parsed(stdout)).toMatchObject({ address: 'service.web', exit_code: 3, output: '(secret)\n' });
  });

  it('ends a command that has no terminal at Ctrl-C', async () => {
    await using repo = await applied();

    const running = repo.start(['exec', '--output', 'json', 'web', '--', 'sh', '-c', 'touch begun; exec sleep 60']);
    await eventually(async () => (await repo.read('app/begun').catch(() => null)) === '', 'the command to begin');
    running.child.kill('SIGINT');

    expect(await running.done).toMatchObject({ status: 130 });
  });

  it('refuses a service that does not run', async () => {
    await using repo = await scratchRepo(SERVICE);

    const { status, stderr } = await repo.trueup(['exec', 'web', '--', 'true']);

    expect(status).toBe(1);
    expect(stderr).toContain('not running');
  });

  it('refuses an environment, and names its services', async () => {
    await using repo = await scratchRepo(SERVICE);

    const { status, stderr } = await repo.trueup(['exec', 'local', '--', 'true']);

    expect(status).toBe(64);
    expect(stderr).toContain('its services: web');
  });

  it('needs a command', async () => {
    await using repo = await scratchRepo(SERVICE);

    expect(await repo.trueup(['exec', 'web'])).toMatchObject({ status: 64 });
    expect(await repo.trueup(['exec', 'web', '--'])).toMatchObject({ status: 64 });
  });
});
