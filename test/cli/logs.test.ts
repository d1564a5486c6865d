import { describe, expect, it } from 'vitest';
import { eventually, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { parsed } from '../support/matching.ts';

/** Two services that write a few lines, one of them a secret, and a third that never starts. */
const TALKERS = {
  '.secrets/token': 'hunter2-hunter2',
  'environments/local/environment.yaml': `
environment_variables: { TOKEN: { secret: true, source: file, value: ../../.secrets/token } }
services:
  web:
    process: { command: [sh, -c, 'echo one; echo two; echo "token $$TOKEN"; exec sleep 600'] }
  longer-name:
    process: { command: [sh, -c, 'echo hello; exec sleep 600'] }
`,
};

async function applied(files: Readonly<Record<string, string>> = TALKERS): Promise<ScratchRepo> {
  const repo = await scratchRepo(files);
  try {
    const { status, stdout, stderr } = await repo.trueup(['apply', 'local', '--auto-approve']);
    expect(status, stdout + stderr).toBe(0);
    return repo;
  } catch (error) {
    await repo[Symbol.asyncDispose]();
    throw error;
  }
}

/** Services are started when apply ends, and write when they get to it. */
async function written(repo: ScratchRepo, pattern: RegExp): Promise<void> {
  await eventually(async () => pattern.test((await repo.trueup(['logs'])).stdout), String(pattern));
}

describe('trueup logs', () => {
  it('shows several services with aligned prefixes', async () => {
    await using repo = await applied();
    await written(repo, /hello[^]*token/);

    const { status, stdout } = await repo.trueup(['logs']);

    expect(status).toBe(0);
    expect(stdout.split('\n').toSorted()).toEqual([
      '',
      'longer-name | hello',
      'web         | one',
      'web         | token (secret)',
      'web         | two',
    ]);
  });

  it('masks secrets', async () => {
    await using repo = await applied();
    await written(repo, /token/);

    const { stdout } = await repo.trueup(['logs', 'web', '--output', 'json']);

    expect(stdout).not.toContain('hunter2');
    expect(stdout).toContain('token (secret)');
  });

  it('shows the last lines of the named services', async () => {
    await using repo = await applied();
    await written(repo, /token/);

    const { stdout } = await repo.trueup(['logs', 'local/service.web', '--tail', '2']);

    expect(stdout).toBe('web | two\nweb | token (secret)\n');
  });

  it('prints one JSON document', async () => {
    await using repo = await applied();
    await written(repo, /token/);

    const { stdout } = await repo.trueup(['logs', 'web', '--tail', '1', '--output', 'json']);

    expect(parsed(stdout)).toEqual({
      lines: [{ environment: 'local', address: 'service.web', stream: 'stdout', at: null, line: 'token (secret)' }],
    });
  });

  it('follows what is written, and ends at Ctrl-C without a word', async () => {
    await using repo = await applied({
      'environments/local/environment.yaml': `
services:
  ticker: { process: { command: [sh, -c, 'while :; do date +%s%N; sleep 0.05; done'] } }
`,
    });

    const following = repo.start(['logs', '--follow', '--tail', '1']);
    await following.until(/(ticker \| \d+\n){5}/);
    following.child.kill('SIGINT');
    const { status, stderr } = await following.done;

    expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
  });

  it('follows with one JSON object a line', async () => {
    await using repo = await applied();

    const following = repo.start(['logs', 'web', '--follow', '--output', 'json']);
    await following.until(/token.*\n/);
    following.child.kill('SIGINT');
    const { stdout } = await following.done;

    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly line: string });
    expect(lines.map(({ line }) => line)).toEqual(['one', 'two', 'token (secret)']);
  });

  it.each(['', '--follow'])('escapes in JSON what a terminal obeys: %s', async (follow) => {
    await using repo = await applied({
      'environments/local/environment.yaml': `
services:
  web:
    process: { command: [sh, -c, 'printf "a\\302\\2332Jb\\n"; exec sleep 600'] }
`,
    });
    await written(repo, /2Jb/);

    const reading = repo.start(['logs', 'web', '--output', 'json', ...(follow === '' ? [] : [follow])]);
    await reading.until(/2Jb/);
    if (follow !== '') reading.child.kill('SIGINT');
    const { stdout } = await reading.done;

    expect(stdout).toContain('"a\\u009b2Jb"');
  });

  it('follows a service that is yet to be created, and one that is removed and made anew', async () => {
    await using repo = await scratchRepo(TALKERS);

    const following = repo.start(['logs', 'web', '--follow']);
    await following.until(/web was not created yet/);
    await repo.trueup(['apply', '--auto-approve']);
    await following.until(/web \| two\n/);
    await repo.trueup(['destroy', 'local', '--auto-approve']);
    await repo.trueup(['apply', '--auto-approve']);
    await following.until(/(?:web \| two\n[\s\S]*){2}/);
    following.child.kill('SIGINT');

    expect(await following.done).toMatchObject({ status: 130 });
  });

  it('ends quietly when its reader leaves', async () => {
    await using repo = await applied({
      'environments/local/environment.yaml': `
services:
  ticker: { process: { command: [sh, -c, 'while :; do echo tick; sleep 0.01; done'] } }
`,
    });

    const following = repo.start(['logs', '--follow']);
    await following.until(/tick/);
    following.child.stdout?.destroy();
    const { status, stderr } = await following.done;

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('says of a service that never ran that it never ran', async () => {
    await using repo = await scratchRepo(TALKERS);

    const { status, stdout, stderr } = await repo.trueup(['logs', 'web']);

    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toContain('web was not created yet; `trueup apply local/service.web` starts it.');
  });

  it('shows logs although a secret cannot be read, and says that it is not masked', async () => {
    await using repo = await applied();
    await written(repo, /token/);
    await repo.git('rm', '--quiet', '--force', '.secrets/token');

    const { status, stdout, stderr } = await repo.trueup(['logs', 'web']);

    expect(status).toBe(0);
    expect(stdout).toContain('web | one');
    expect(stderr).toContain('not masked');
  });

  it('refuses what has no logs, and names what has', async () => {
    await using repo = await scratchRepo({
      'environments/local/environment.yaml': `
services: { web: { process: { command: [sleep, "1"] }, storage: { volumes: [data] } } }
volumes: { data: }
`,
    });

    const { status, stderr } = await repo.trueup(['logs', 'volume.data']);

    expect(status).toBe(64);
    expect(stderr).toContain('services of local: web');
  });

  it.each([
    ['--tail', 'many', 'a number of lines, or all'],
    ['--since', 'yesterday', 'a duration such as 10m'],
  ])('refuses %s %s', async (option, value, message) => {
    await using repo = await scratchRepo(TALKERS);

    const { status, stderr } = await repo.trueup(['logs', option, value]);

    expect(status).toBe(64);
    expect(stderr).toContain(message);
  });
});
