/** `trueup watch` without a terminal: real saves in real repos, judged by what runs. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { eventually, type RunningCli, type ScratchRepo, scratchRepo, TRUEUP } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';

const LOCAL = 'environments/local/environment.yaml';
const OTHER = 'environments/other/environment.yaml';

/** Services are called otherwise in each environment, because they are told apart by their addresses here. */
function manifest(name: string, seconds: number, more = ''): string {
  const key = name === 'local' ? 'web' : name;
  return `name: ${name}\nservices:\n  ${key}:\n    process: { command: [sleep, "${seconds}"] }\n${more}`;
}

const ONE = { [LOCAL]: manifest('local', 1000) };

async function watching(repo: ScratchRepo, ...args: readonly string[]): Promise<RunningCli> {
  const running = repo.start(['watch', ...args]);
  await running.until(/(applied|in sync|reported|invalid|in_sync) at|environment\.reconciled/);
  return running;
}

/** The commands of services that live, as the OS says. */
async function commands(repo: ScratchRepo): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.values(await repo.pids()).map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return found
    .map((text) =>
      text
        .replaceAll('\0', ' ')
        .trim()
        .replace(/^\S*\//, ''),
    )
    .sort();
}

async function runs(repo: ScratchRepo, running: RunningCli, ...expected: readonly string[]): Promise<void> {
  await eventually(
    async () => JSON.stringify(await commands(repo)) === JSON.stringify(expected),
    () => `${expected.join(', ')}:\n${running.soFar().stdout}${running.soFar().stderr}`,
  );
}

async function stopped(running: RunningCli): Promise<string> {
  running.child.kill('SIGINT');
  const { status, stdout, stderr } = await running.done;
  expect(status, stdout + stderr).toBe(130);
  return stdout + stderr;
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(new RegExp(pattern, 'g'))].length;
}

describe('a save', () => {
  it('is carried out, dirty as it is, and services go on when the watch ends', async () => {
    await using repo = await scratchRepo(ONE);
    const running = await watching(repo);
    await runs(repo, running, 'sleep 1000');

    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await runs(repo, running, 'sleep 1001');
    await running.until(/applied at [0-9a-f]{7} \(dirty\)/);
    const text = await stopped(running);

    expect(text).toMatch(new RegExp(`files: saved ${LOCAL}`));
    expect(text).toContain('services go on running');
    expect(await commands(repo)).toEqual(['sleep 1001']);
  });

  it.each([
    [
      'by way of another name',
      async (path: string, text: string) => {
        await writeFile(`${path}.tmp`, text);
        await rename(`${path}.tmp`, path);
      },
    ],
    [
      'with the old one moved away first',
      async (path: string, text: string) => {
        await rename(path, `${path}~`);
        await writeFile(path, text);
        await unlink(`${path}~`);
      },
    ],
  ])('is heard of again and again when it is made %s', async (_name, save) => {
    await using repo = await scratchRepo(ONE);
    const running = await watching(repo);

    for (const seconds of [1001, 1002, 1003]) {
      await save(join(repo.root, LOCAL), manifest('local', seconds));
      await runs(repo, running, `sleep ${seconds}`);
    }
    await stopped(running);
  });

  it('with mistakes shows them with their lines, and what was valid last stays until it is mended', async () => {
    await using repo = await scratchRepo(ONE);
    const running = await watching(repo);

    await repo.write({ [LOCAL]: manifest('local', 1001, '    comand: a\n') });
    await running.until(/comand: a[^]*1 error\./);
    const meanwhile = await commands(repo);
    await repo.write({ [LOCAL]: manifest('local', 1002) });
    await runs(repo, running, 'sleep 1002');

    expect(meanwhile).toEqual(['sleep 1000']);
    expect(await stopped(running)).toMatch(new RegExp(`${LOCAL}:5:5: error: [^]*\n +5 \\| +comand: a\n +\\| +\\^`));
  });

  it('that is made in two parts removes nothing in between', async () => {
    await using repo = await scratchRepo(ONE);
    const running = await watching(repo);
    const before = await repo.pids();

    await repo.write({ [LOCAL]: '' });
    await running.until(/the file is empty/);
    await running.until(/invalid at/);
    const meanwhile = await repo.pids();
    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await runs(repo, running, 'sleep 1001');

    expect(meanwhile).toEqual(before);
    await stopped(running);
  });

  it('of settings with mistakes is shown, and mended ones count again', async () => {
    await using repo = await scratchRepo(ONE);
    const running = await watching(repo);

    await repo.write({ 'trueup.yaml': 'foldres: {}\n' });
    await running.until(/trueup\.yaml:1:1: error/);
    await repo.write({ 'trueup.yaml': 'folders: { reports: elsewhere }\n', [LOCAL]: manifest('local', 1001) });
    await runs(repo, running, 'sleep 1001');
    await running.until(/applied at [0-9a-f]{7} \(dirty\)/);

    await stopped(running);
    expect(await readFile(join(repo.root, 'elsewhere/local/run/latest.json'), 'utf8')).toContain('"local"');
  });

  it('ends what waits at a gate for an older one', async () => {
    const gate = '    health_check: { test: [CMD, "false"], interval: 1s, timeout: 1s, retries: 1000 }\n';
    await using repo = await scratchRepo({ [LOCAL]: manifest('local', 1000, gate) });
    const running = repo.start(['watch']);
    await runs(repo, running, 'sleep 1000');

    await repo.write({ [LOCAL]: manifest('local', 1001) });

    await runs(repo, running, 'sleep 1001');
    await stopped(running);
  });

  it('of a file that is mounted with its content watched restarts what mounts it', async () => {
    const mounts = '    storage: { volumes: [./app.conf:ro] }\n';
    await using repo = await scratchRepo({
      [LOCAL]: manifest('local', 1000, mounts),
      'environments/local/app.conf': 'a\n',
    });
    const running = await watching(repo);
    await runs(repo, running, 'sleep 1000');
    const before = await repo.pids();

    await repo.write({ 'environments/local/app.conf': 'b\n' });
    await running.until(/saved environments\/local\/app\.conf/);
    await eventually(async () => (await repo.pids())['service.web'] !== before['service.web'], 'another process');

    await stopped(running);
  });

  it('changes nothing with --dry-run', async () => {
    await using repo = await scratchRepo(ONE);
    const running = await watching(repo, '--dry-run');

    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await running.until(/files: saved[^]*reported at/);
    await stopped(running);

    expect(await commands(repo)).toEqual([]);
  });
});

describe('environments', () => {
  it('come, and are started, and those that nothing changed in are left alone', async () => {
    await using repo = await scratchRepo(ONE);
    const running = await watching(repo);

    await mkdir(join(repo.root, 'environments/other'));
    await repo.write({ [OTHER]: manifest('other', 2000) });
    await runs(repo, running, 'sleep 1000', 'sleep 2000');

    const text = await stopped(running);
    expect(count(text, /local (files|git): /)).toBe(0);
  });

  it('come to a repo that has none', async () => {
    await using repo = await scratchRepo({ 'README.md': '' });
    const running = repo.start(['watch']);
    // Nothing tells that it is ready: it may well be that the first one is found by the first look.
    await repo.write({ [LOCAL]: manifest('local', 1000) });

    await runs(repo, running, 'sleep 1000');
    await stopped(running);
  });

  it('are only those that were named', async () => {
    await using repo = await scratchRepo({ ...ONE, [OTHER]: manifest('other', 2000) });
    await repo.trueup(['apply', 'local', '--auto-approve']);
    const running = await watching(repo, 'other');

    await repo.write({ [LOCAL]: manifest('local', 1001), [OTHER]: manifest('other', 2001) });
    await runs(repo, running, 'sleep 1000', 'sleep 2001');

    expect(await stopped(running)).not.toContain('local');
  });

  it('that nobody declares are an error that names the nearest', async () => {
    await using repo = await scratchRepo(ONE);

    const result = await repo.trueup(['watch', 'locla']);

    expect(result).toMatchObject({ status: 64 });
    expect(result.stderr).toContain('did you mean "local"?');
  });

  it('are left as they run when their folder goes, and are held to again when it is back', async () => {
    await using repo = await scratchRepo(ONE);
    const running = await watching(repo);

    await rename(join(repo.root, 'environments'), join(repo.root, 'moved'));
    await running.until(/files: deleted/);
    const meanwhile = await commands(repo);
    await rename(join(repo.root, 'moved'), join(repo.root, 'environments'));
    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await runs(repo, running, 'sleep 1001');

    expect(meanwhile).toEqual(['sleep 1000']);
    await stopped(running);
  });

  it('are watched by one process at a time', async () => {
    await using repo = await scratchRepo(ONE);
    const running = await watching(repo);

    const second = await repo.trueup(['watch']);

    expect(second).toMatchObject({ status: 4 });
    expect(second.stderr).toContain('[already_served]');
    expect(second.stderr).toContain('watches this already');
    await stopped(running);
  });
});

describe('git', () => {
  it('switches branches with a thousand files, and one reconcile follows', async () => {
    await using repo = await scratchRepo(ONE);
    await repo.git('checkout', '-q', '-b', 'topic');
    const many = Array.from({ length: 1000 }, (_, index) => [`data/${index}.txt`, 'topic'] as const);
    await repo.write({ ...Object.fromEntries(many), [LOCAL]: manifest('local', 1001) });
    await repo.commit();
    await repo.git('checkout', '-q', 'main');
    const running = await watching(repo);

    await repo.git('checkout', '-q', 'topic');
    await runs(repo, running, 'sleep 1001');
    await running.until(/applied at [0-9a-f]{7};[^]*applied at [0-9a-f]{7};/);

    const text = await stopped(running);
    expect(count(text, /local (git|files): /)).toBe(1);
  });

  it('that commits what was saved makes the revision clean, and restarts nothing', async () => {
    await using repo = await scratchRepo(ONE);
    const running = await watching(repo);
    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await runs(repo, running, 'sleep 1001');
    await running.until(/\(dirty\)/);
    const before = await repo.pids();

    const commit = await repo.commit();
    await running.until(new RegExp(`git: commit ${commit.slice(0, 12)}[^]* at ${commit.slice(0, 7)}[ ;]`));

    expect(await repo.pids()).toEqual(before);
    await stopped(running);
  });

  it('is left alone by hooks while somebody watches', async () => {
    await using repo = await scratchRepo(ONE);
    await repo.trueup(['hook', 'install']);
    const running = await watching(repo);

    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await repo.commit();
    const path = join(repo.root, '.trueup', 'hook.log');
    const log = await eventually(async () => {
      const text = await readFile(path, 'utf8').catch(() => '');
      return text.includes('ended after') ? text : null;
    }, 'the log of the hook');

    expect(log).toMatch(new RegExp(`left to trueup watch, pid ${running.child.pid}, which serves this repo`));
    await runs(repo, running, 'sleep 1001');
    await stopped(running);
  });
});

/** A command that is run where the machine has so few file watches. */
const FEW_WATCHES = 'echo 2 > /proc/sys/user/max_inotify_watches && exec "$@"';

const canLimit = await promisify(execFile)('unshare', ['-U', '-r', 'sh', '-c', FEW_WATCHES, 'sh', 'true']).then(
  () => true,
  () => false,
);

describe('a machine without file watches left', () => {
  it.skipIf(!canLimit)('has its files looked at again and again, and is told of', async () => {
    await using repo = await scratchRepo(ONE);
    const words = ['-U', '-r', 'sh', '-c', FEW_WATCHES, 'sh', process.execPath, '--', TRUEUP, 'watch', '--dry-run'];
    const child = spawn('unshare', words, { cwd: repo.root, env: repo.env, stdio: 'pipe' });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => (text += part));
    const shows = (pattern: RegExp): Promise<true> =>
      eventually(
        () => pattern.test(text),
        () => `${pattern} in:\n${text}`,
      );
    await shows(/looked at every half second, because they cannot be watched: .*[^]*reported at/);

    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await shows(/files: saved/);
    const commit = await repo.commit();
    await shows(new RegExp(`git: commit ${commit.slice(0, 12)}`));

    child.kill('SIGINT');
    await once(child, 'close');
  });
});

describe('drift', () => {
  it('is healed meanwhile where the policy says so, and shown where it does not', async () => {
    await using repo = await scratchRepo({
      [LOCAL]: manifest('local', 1000, 'policies: { drift: heal }\n'),
      [OTHER]: manifest('other', 2000),
    });
    const running = await watching(repo);
    await runs(repo, running, 'sleep 1000', 'sleep 2000');
    await running.until(/local applied[^]*other applied|other applied[^]*local applied/);

    const pids = Object.values(await repo.pids());
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await running.until(/other drift found: service\.other/);
    await runs(repo, running, 'sleep 1000');

    await stopped(running);
  });
});

describe('JSON', () => {
  it('is one event a line, each as its schema has it', async () => {
    await using repo = await scratchRepo(ONE);
    const running = await watching(repo, '--output', 'json');

    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await runs(repo, running, 'sleep 1001');
    running.child.kill('SIGTERM');
    const { stdout } = await running.done;

    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly type: string });
    for (const event of events) expect(schemaErrors('cloud-event', event)).toEqual([]);
    expect(events.map(({ type }) => type)).toContain('dev.trueup.environment.reconciled.v1');
  });
});
