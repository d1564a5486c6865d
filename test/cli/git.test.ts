import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, type RunningCli, type ScratchRepo, scratchRepo } from '../support/cli.ts';

const FILE = 'environments/local/environment.yaml';

function files(seconds = 1000): Readonly<Record<string, string>> {
  return { [FILE]: `services:\n  web: { process: { command: [sleep, "${seconds}"], cwd: ../.. } }\n` };
}

interface Remote {
  readonly url: string;
  /** Where the command runs: a folder that is no repo. */
  readonly cwd: string;
  push(seconds: number, ...options: readonly string[]): Promise<string>;
  serve(...args: readonly string[]): RunningCli;
}

/** The scratch repo pushes to a bare one, which is served from somewhere else. */
async function remoteOf(repo: ScratchRepo): Promise<Remote> {
  const folder = join(repo.scratch, 'remote.git');
  await repo.git('clone', '--quiet', '--bare', repo.root, folder);
  await repo.git('remote', 'add', 'origin', folder);
  const cwd = join(repo.scratch, 'elsewhere');
  mkdirSync(cwd);
  const url = `file://${folder}`;
  return {
    url,
    cwd,
    async push(seconds, ...options) {
      await repo.write(files(seconds));
      const commit = await repo.commit();
      await repo.git('push', '--quiet', ...options, 'origin', 'HEAD');
      return commit;
    },
    serve: (...args) => repo.start(['serve', ...args, '--trust', '--poll', '200ms'], { cwd, env: repo.env }),
  };
}

function operatorSettings(repo: ScratchRepo, text: string): void {
  const folder = join(String(repo.env['HOME']), '.config', 'trueup');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'trueup.yaml'), text);
}

async function pidOf(repo: ScratchRepo): Promise<number> {
  return eventually(async () => (await repo.pids())['service.web'] ?? null, 'the pid of service.web');
}

async function end(daemon: RunningCli): Promise<number> {
  daemon.child.kill('SIGTERM');
  return (await daemon.done).status;
}

/** The pid, once the service sleeps so long. */
async function sleeping(repo: ScratchRepo, seconds: number): Promise<number> {
  return eventually(async () => {
    const pid = (await repo.pids())['service.web'];
    if (pid === undefined) return null;
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return words.split('\0')[1] === String(seconds) ? pid : null;
  }, `service.web to sleep for ${seconds} s`);
}

describe('trueup serve of a URL', () => {
  it('applies what the remote has, follows every push, and leaves services running', async () => {
    await using repo = await scratchRepo(files());
    const remote = await remoteOf(repo);
    const daemon = remote.serve(remote.url);
    await daemon.until(/serving remote\/local/);
    const first = await pidOf(repo);

    const commit = await remote.push(2000);

    await daemon.until(new RegExp(`commit ${commit.slice(0, 12)}`));
    const second = await sleeping(repo, 2000);
    expect(second).not.toBe(first);
    expect(await end(daemon)).toBe(0);
    expect(await pidOf(repo)).toBe(second);
    const [key = ''] = readdirSync(join(String(repo.env['XDG_STATE_HOME']), 'trueup', 'served'));
    expect(readdirSync(join(String(repo.env['XDG_STATE_HOME']), 'trueup', 'served', key)).sort()).toEqual([
      'clone',
      'owner',
      'reports',
      'revision.json',
      'state',
      'url',
    ]);

    // Who works in the clone by hand works with the same state, as the same owner.
    const clone = join(String(repo.env['XDG_STATE_HOME']), 'trueup', 'served', key, 'clone');
    const byHand = await repo.trueup(['plan', '--detailed-exitcode'], { cwd: clone, env: repo.env });
    expect([byHand.status, byHand.stderr]).toEqual([0, '']);
    const again = remote.serve(remote.url);
    await again.until(/serving remote\/local/);
    await again.until(/in sync|nothing to do|no changes/i);
    expect(await pidOf(repo)).toBe(second);
    await end(again);
  });

  it('keeps what it had while its branch is gone, says so, and goes on once it is back', async () => {
    await using repo = await scratchRepo(files());
    const remote = await remoteOf(repo);
    await repo.git('checkout', '--quiet', '-b', 'topic');
    await remote.push(1000);
    const daemon = remote.serve(`${remote.url}#topic`);
    await daemon.until(/serving remote\/local/);
    const pid = await pidOf(repo);

    await repo.git('push', '--quiet', 'origin', ':topic');
    await daemon.until(/no longer has branch "topic"/);
    expect(await pidOf(repo)).toBe(pid);
    await remote.push(3000);

    expect(await sleeping(repo, 3000)).not.toBe(pid);
    await end(daemon);
  });

  it('applies nothing that the operator has not allowed to be signed', async () => {
    await using repo = await scratchRepo(files());
    const remote = await remoteOf(repo);
    const key = join(repo.scratch, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    writeFileSync(join(repo.scratch, 'allowed'), `me@example.com ${readFileSync(`${key}.pub`, 'utf8')}`);
    operatorSettings(
      repo,
      `git:\n  sources:\n    "${remote.url}":\n      verify: { mode: commit, allowed_signers: ${join(repo.scratch, 'allowed')} }\n`,
    );
    for (const [name, value] of [
      ['gpg.format', 'ssh'],
      ['user.signingKey', `${key}.pub`],
    ] as const) {
      await repo.git('config', name, value);
    }
    const daemon = remote.serve(remote.url);
    await daemon.until(/is refused: it is not signed/);
    expect(await repo.pids()).toEqual({});

    await repo.git('commit', '--quiet', '--amend', '--no-edit', '-S');
    await repo.git('push', '--quiet', '--force', 'origin', 'HEAD');
    const pid = await pidOf(repo);
    const unsigned = await remote.push(2000);

    await daemon.until(new RegExp(`${unsigned.slice(0, 12)} is refused: it is not signed; commit [0-9a-f]{12} stays`));
    expect(await pidOf(repo)).toBe(pid);
    await end(daemon);
  });

  it('shows no password, neither in what it says nor to whoever lists processes', async () => {
    await using repo = await scratchRepo(files());
    const remote = await remoteOf(repo);
    const daemon = remote.serve('http://me:s3cr3tword@127.0.0.1:1/shop.git');
    await daemon.until(/127\.0\.0\.1:1\/shop\.git cannot be read/);

    expect(readFileSync(`/proc/${String(daemon.child.pid)}/cmdline`, 'utf8')).not.toContain('s3cr3tword');
    await end(daemon);
    const { stdout, stderr } = await daemon.done;
    expect(stdout + stderr).not.toContain('s3cr3tword');
    const [key = ''] = readdirSync(join(String(repo.env['XDG_STATE_HOME']), 'trueup', 'served'));
    const url = readFileSync(join(String(repo.env['XDG_STATE_HOME']), 'trueup', 'served', key, 'url'), 'utf8');
    expect(url).toBe('http://127.0.0.1:1/shop.git\n');
  });

  it.each([
    [['--branch', 'main'], 'is about a repo that is served by URL'],
    [['file:///x', '--branch', 'main', '--tag', 'v1'], 'more than one ref'],
    [['file:///x#main', '--semver', '^1'], 'more than one ref'],
    [['file:///x', '--semver', 'newest'], 'is not a range of versions'],
    [['file:///x', 'file:///y', '--branch', 'main'], 'with 2 URLs'],
    [['ext::sh -c true'], 'is no URL'],
    [['file:///x', '--trust', '--allow-policy', 'p.yaml'], 'contradict each other'],
    [['--trust'], 'is about a repo that is served by URL'],
  ])('refuses %j', async (args, text) => {
    await using repo = await scratchRepo(files());

    const { status, stderr } = await repo.trueup(['serve', ...args]);

    expect(stderr).toContain(text);
    expect(status).toBe(64);
  });
});

describe('git of trueup.yaml', () => {
  it('is an error in a repo, which cannot vouch for itself', async () => {
    await using repo = await scratchRepo({
      ...files(),
      'trueup.yaml': 'git: { verify: { mode: commit, allowed_signers: mine } }\n',
    });

    const { status, stderr } = await repo.trueup(['validate']);

    expect(status).toBe(65);
    expect(stderr).toContain('trueup.yaml:1:6: error: a repo does not say how it is followed itself');
  });

  it.each([
    ['git: { verify: { mode: commit } }\n', 'no key is allowed'],
    ['reports: { keep: 3 }\n', '"reports" is a setting of repos'],
    ['git: { verify: { mode: all, allowed_signers: x } }\n', 'mode'],
  ])('keeps anything from being served where the operator wrote %j', async (text, message) => {
    await using repo = await scratchRepo(files());
    const remote = await remoteOf(repo);
    operatorSettings(repo, text);

    const { status, stderr } = await remote.serve(remote.url).done;

    expect(stderr).toContain(message);
    expect(stderr).toContain('.config/trueup/trueup.yaml:1');
    expect(status).toBe(65);
  });
});
