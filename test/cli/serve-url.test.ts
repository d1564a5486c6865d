/** Repos served by URL, over the transports that people use, with the operator's settings beside them. */
import { createHmac } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, type RunningCli, type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { canServeGit, httpsRemote } from '../support/git-https.ts';

const FILE = 'environments/local/environment.yaml';
const PASSWORD = 's3cr3t-passw0rd';
const HOOK_SECRET = 'hook-s3cr3t-of-the-operator';

function files(seconds: number): Readonly<Record<string, string>> {
  return { [FILE]: `services: { web: { process: { command: [sleep, "${seconds}"] } } }\n` };
}

interface Elsewhere {
  readonly bare: string;
  /** Starts, or runs, the command in a folder that is no repo. */
  start(...args: readonly string[]): RunningCli;
  run(
    ...args: readonly string[]
  ): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }>;
  push(seconds: number): Promise<void>;
}

/** `gitConfig`: the user's own, and nothing but it says how to get to the remote. */
async function elsewhere(repo: ScratchRepo, gitConfig: string): Promise<Elsewhere> {
  const bare = join(repo.scratch, 'remote.git');
  await repo.git('clone', '--quiet', '--bare', repo.root, bare);
  const cwd = join(repo.scratch, 'elsewhere');
  mkdirSync(cwd);
  const home = String(repo.env['HOME']);
  writeFileSync(join(home, '.gitconfig'), gitConfig);
  const env = { ...repo.env };
  delete env['GIT_CONFIG_GLOBAL'];
  return {
    bare,
    start: (...args) => repo.start(args, { cwd, env }),
    run: (...args) => repo.trueup(args, { cwd, env }),
    async push(seconds) {
      await repo.write(files(seconds));
      await repo.commit();
      await repo.git('push', '--quiet', bare, 'HEAD');
    },
  };
}

function operatorSettings(repo: ScratchRepo, text: string): string {
  const folder = join(String(repo.env['HOME']), '.config', 'trueup');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'trueup.yaml'), text);
  return folder;
}

/** The folder of the one clone that is kept. */
function cloneIn(state: string): string {
  const found = readdirSync(state, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith('/clone'));
  if (found === undefined) throw new Error('no clone is kept');
  return join(state, found);
}

/** The pid, once the service sleeps so long. */
function sleeping(repo: ScratchRepo, seconds: number): Promise<number> {
  return eventually(async () => {
    const pid = (await repo.pids())['service.web'];
    if (pid === undefined) return null;
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return words.split('\0')[1] === String(seconds) ? pid : null;
  }, `service.web to sleep for ${seconds} s`);
}

async function end(daemon: RunningCli): Promise<string> {
  daemon.child.kill('SIGTERM');
  const { status, stdout, stderr } = await daemon.done;
  expect(status).toBe(0);
  return stdout + stderr;
}

/** Files below a folder in which a text stands. */
function filesWith(folder: string, text: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return paths.filter((path) => readFileSync(path, 'latin1').includes(text));
}

describe.skipIf(!canServeGit())('a repo over https', () => {
  it('is followed with the CA and the helper of the user, poked by a signed webhook, and told of by the operator’s settings', async () => {
    await using repo = await scratchRepo(files(1000));
    const helper = join(repo.scratch, 'helper');
    writeFileSync(helper, `#!/bin/sh\n[ "$1" = get ] && printf 'username=me\\npassword=${PASSWORD}\\n'\n`, {
      mode: 0o755,
    });
    const ca = join(repo.scratch, 'server.pem');
    const there = await elsewhere(repo, `[http]\n\tsslCAInfo = ${ca}\n[credential]\n\thelper = ${helper}\n`);
    await using remote = await httpsRemote(there.bare, PASSWORD, repo.scratch);
    const folder = operatorSettings(
      repo,
      [
        'notifications: { desk: { on: [applied], command: { run: [sh, -c, "cat >> told; echo >> told"] } } }',
        'webhooks: { github: { secret: true, source: file, value: hook-secret } }',
        'schedules: { look: { cron: "0 0 29 2 *" } }',
        'log: { file: serve.log }',
      ].join('\n'),
    );
    writeFileSync(join(folder, 'hook-secret'), HOOK_SECRET);
    const log = (): string =>
      existsSync(join(folder, 'serve.log')) ? readFileSync(join(folder, 'serve.log'), 'utf8') : '';

    const daemon = there.start('serve', remote.url, '--trust', '--poll', '1h', '--listen', '127.0.0.1:0');
    const first = await sleeping(repo, 1000);
    const port = await eventually(() => /the API listens on port (\d+)/.exec(log())?.[1] ?? null, 'the port');
    await there.push(2000);
    const body = JSON.stringify({
      ref: 'refs/heads/main',
      after: '1'.repeat(40),
      repository: { clone_url: remote.url, default_branch: 'main' },
    });
    const deliver = (secret: string, delivery: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/v1/webhooks/github`, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'x-github-event': 'push',
          'x-github-delivery': delivery,
          'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
        },
      });
    const asked = remote.asked.answered;
    expect((await deliver('another secret', 'one')).status).toBe(401);
    expect(remote.asked.answered).toBe(asked);
    const delivered = await deliver(HOOK_SECRET, 'two');

    expect([delivered.status, await delivered.json()]).toMatchObject([202, { accepted: true, sources: ['remote'] }]);
    expect(await sleeping(repo, 2000)).not.toBe(first);
    const told = join(folder, 'told');
    await eventually(() => existsSync(told) && readFileSync(told, 'utf8').includes('applied'), 'the notification');

    // Nothing of it is removed while it is served.
    const locked = await there.run('destroy', 'local', '--url', remote.url, '--auto-approve');
    expect(locked.status).not.toBe(0);
    expect(locked.stderr).toContain('one process serves a URL at a time');
    const said = await end(daemon);
    const removed = await there.run('destroy', 'local', '--url', remote.url, '--auto-approve');
    expect([removed.status, await repo.pids()]).toEqual([0, {}]);

    const state = String(repo.env['XDG_STATE_HOME']);
    for (const secret of [PASSWORD, HOOK_SECRET, Buffer.from(`me:${PASSWORD}`).toString('base64')]) {
      expect([filesWith(state, secret), `${said}${log()}${removed.stderr}`.includes(secret)]).toEqual([[], false]);
    }
  });

  it('is not believed without that CA', async () => {
    await using repo = await scratchRepo(files(1000));
    const there = await elsewhere(repo, '');
    await using remote = await httpsRemote(there.bare, PASSWORD, repo.scratch);

    const daemon = there.start('serve', remote.url, '--poll', '1h');

    await daemon.until(/certificate/);
    expect(remote.asked).toEqual({ refused: 0, answered: 0 });
    await end(daemon);
  });
});

describe('a repo over ssh', () => {
  it('is followed with the ssh of the user, and what is left of it can be removed, whoever’s it is', async () => {
    await using repo = await scratchRepo(files(1000));
    const ssh = join(repo.scratch, 'ssh');
    const log = join(repo.scratch, 'ssh.log');
    writeFileSync(ssh, `#!/bin/sh\necho "$@" >> ${log}\nfor last; do :; done\nexec sh -c "$last"\n`, { mode: 0o755 });
    const there = await elsewhere(repo, `[core]\n\tsshCommand = ${ssh}\n`);
    const url = `ssh://git@git.example${there.bare}`;
    const daemon = there.start('serve', url, '--trust', '--poll', '300ms');
    const first = await sleeping(repo, 1000);

    await there.push(2000);

    expect(await sleeping(repo, 2000)).not.toBe(first);
    expect(readFileSync(log, 'utf8')).toMatch(/-oBatchMode=yes .*git@git[.]example git-upload-pack/);
    await end(daemon);

    // From here on it counts as somebody else's, who may declare no process: that is no reason to keep one running.
    const served = join(String(repo.env['XDG_STATE_HOME']), 'trueup', 'served');
    writeFileSync(join(served, String(readdirSync(served)[0]), 'foreign'), '');
    const unknown = await there.run('destroy', 'other', '--url', url, '--auto-approve');
    // The clone is gone, and its folder lies in a repo.
    const state = String(repo.env['XDG_STATE_HOME']);
    execFileSync('git', ['init', '--quiet', state]);
    renameSync(join(cloneIn(state), '.git'), join(state, 'aside'));
    const removed = await there.run('destroy', 'local', '--url', url, '--auto-approve');
    const again = await there.run('destroy', 'local', '--url', url, '--auto-approve');
    const elsewhereUrl = await there.run('destroy', 'local', '--url', `${url}x`, '--auto-approve');

    expect(unknown.stderr).toContain('nothing is left of an environment "other"');
    expect([removed.status, await repo.pids()]).toEqual([0, {}]);
    expect(again.stderr).toContain('nothing is left of an environment "local"');
    expect(elsewhereUrl.stderr).toContain('nothing is kept of');
  });
});
