/** What installed git hooks lead to: real commits, merges, rebases and checkouts, and what runs afterwards. */
import { chmod, copyFile, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, type ScratchRepo, scratchRepo, TRUEUP } from '../support/cli.ts';

const LOCAL = 'environments/local/environment.yaml';
const OTHER = 'environments/other/environment.yaml';

function manifest(name: string, seconds: number): string {
  return `name: ${name}\nservices:\n  web:\n    process: { command: [sleep, "${seconds}"] }\n`;
}

const TWO = { [LOCAL]: manifest('local', 1000), [OTHER]: manifest('other', 2000) };

async function hooked(
  files: Readonly<Record<string, string>> = TWO,
  ...options: readonly string[]
): Promise<ScratchRepo> {
  const repo = await scratchRepo(files);
  const installed = await repo.trueup(['hook', 'install', ...options]);
  expect(installed, installed.stderr).toMatchObject({ status: 0 });
  return repo;
}

function log(repo: ScratchRepo): Promise<string> {
  return readFile(join(repo.root, '.trueup', 'hook.log'), 'utf8').catch(() => '');
}

/** Until the hook of the commit that is checked out has ended. */
async function followed(repo: ScratchRepo, cwd = repo.root): Promise<string> {
  const head = (await repo.git('-C', cwd, 'rev-parse', 'HEAD')).slice(0, 12);
  const path = join(cwd, '.trueup', 'hook.log');
  return eventually(async () => {
    const text = await readFile(path, 'utf8').catch(() => '');
    return text.includes(`${head} ended after`) ? text : null;
  }, `the hook of ${head}`);
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

describe('a commit', () => {
  it('reconciles the environment whose files it changed, and no other', async () => {
    await using repo = await hooked();

    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await repo.commit();
    const text = await followed(repo);

    expect(await commands(repo)).toEqual(['sleep 1001']);
    expect(text).toMatch(/post-commit [0-9a-f]{12} local: done: Applied: 1 created/);
    expect(text).not.toContain('other');
  });

  it('is followed as it was committed, whatever else stands in the working tree', async () => {
    await using repo = await hooked();
    await repo.write({ [LOCAL]: manifest('local', 1001), [OTHER]: manifest('other', 2001) });
    await repo.git('add', LOCAL);
    await repo.write({ [LOCAL]: 'half of a' });

    await repo.git('commit', '-qm', 'only the index');
    await followed(repo);

    expect(await commands(repo)).toEqual(['sleep 1001']);
  });

  it('that changes no environment leads to nothing', async () => {
    await using repo = await hooked();

    await repo.write({ 'README.md': 'new\n' });
    await repo.commit();

    expect(await followed(repo)).toContain('no environment is concerned');
    expect(await commands(repo)).toEqual([]);
  });

  it('with mistakes leaves what runs, and the log has the place of the mistake', async () => {
    await using repo = await hooked();
    await repo.trueup(['apply', 'local', '--auto-approve']);

    await repo.write({ [LOCAL]: `${manifest('local', 1001)}    comand: a\n` });
    await repo.commit();

    expect(await followed(repo)).toContain(`${LOCAL}:5:5`);
    expect(await commands(repo)).toEqual(['sleep 1000']);
  });

  it('only has a plan written where the hooks were installed with --plan-only', async () => {
    await using repo = await hooked(TWO, '--plan-only');

    await repo.write({ [LOCAL]: manifest('local', 1001) });
    const commit = await repo.commit();
    const text = await followed(repo);

    expect(text).toMatch(/local: planned: Plan: 1 to create/);
    expect(await commands(repo)).toEqual([]);
    const report: unknown = JSON.parse(await repo.read('reports/local/plan/latest.json'));
    expect(report).toMatchObject({ environment: 'local', revision: { commit, dirty: false } });
  });

  it('leaves nothing of what git told its hook in the environment of services', async () => {
    await using repo = await hooked();

    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await repo.git('commit', '-qam', 'with an index of its own');
    await followed(repo);

    const [pid] = Object.values(await repo.pids());
    const names = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').map((entry) => entry.split('=')[0]);
    expect(
      names.filter((name) => /^(GIT_(DIR|INDEX_FILE|PREFIX|AUTHOR_DATE|EXEC_PATH)|TRUEUP_HOOK.*)$/.test(name ?? '')),
    ).toEqual([]);
  });

  it('that cannot be followed at all is told by status', async () => {
    await using repo = await hooked();

    await repo.write({ 'trueup.yaml': 'foldres: {}\n' });
    await repo.commit();

    const told = await eventually(async () => {
      const text = await readFile(join(repo.root, '.git/trueup/hook-run/trouble'), 'utf8').catch(() => '');
      return text.includes('foldres') ? text : null;
    }, 'what the runner says');
    await repo.write({ 'trueup.yaml': '' });
    const { stdout } = await repo.trueup(['hook', 'status']);

    expect(told).toContain('trueup.yaml:1:1');
    expect(stdout).toContain('could not begin');
  });

  it('is shown by status, and what the log holds never grows beyond its limit', async () => {
    await using repo = await hooked();
    await mkdir(join(repo.root, '.trueup'), { recursive: true });
    await writeFile(join(repo.root, '.trueup', 'hook.log'), 'an old line\n'.repeat(40_000));

    await repo.write({ [LOCAL]: manifest('local', 1001) });
    const commit = await repo.commit();
    await followed(repo);
    // What is told of the last one is written after the log.
    await eventually(async () => (await repo.read('.trueup/hook.json').catch(() => '')).includes(commit), 'the result');
    const { stdout } = await repo.trueup(['hook', 'status', '--output', 'json']);

    expect(JSON.parse(stdout)).toMatchObject({
      last: { hook: 'post-commit', commit, error: null, environments: [{ name: 'local', outcome: 'done' }] },
    });
    expect((await stat(join(repo.root, '.trueup', 'hook.log'))).size).toBeLessThanOrEqual(256 * 1024);
  });

  it('that cannot be carried out is tried once, however often its hooks are called', async () => {
    await using repo = await hooked();
    await repo.trueup(['apply', 'local', '--auto-approve']);
    await repo.write({ [LOCAL]: 'name: local\nservices:\n  web:\n    process: { command: [no-such-program] }\n' });
    await repo.commit();
    await followed(repo);

    for (let count = 0; count < 3; count += 1) {
      const before = (await log(repo)).length;
      await repo.trueup(['hook', 'run', 'post-checkout', '0', '0', '1']);
      // Whoever asked last has been heard once what comes behind it was.
      await repo.write({ 'README.md': `${count}\n` });
      await repo.commit();
      await followed(repo);
      expect((await log(repo)).slice(before)).toContain('no environment is concerned');
    }

    const history = await repo.trueup(['history', 'local', '--output', 'json']);
    const { environments } = JSON.parse(history.stdout) as {
      readonly environments: readonly { readonly runs: readonly { readonly command: string }[] }[];
    };
    const runs = environments.flatMap((one) => one.runs);
    expect(runs.filter(({ command }) => command === 'trueup hook')).toHaveLength(1);
    const recorded = JSON.parse(await repo.read('.trueup/environments/local.json')) as {
      readonly quarantine: { readonly attempts: number };
    };
    expect(recorded.quarantine.attempts).toBe(1);
  });

  it('waits for another run that holds the lock', async () => {
    const slow = `${manifest('local', 1000)}    health_check: { test: [CMD, "false"], interval: 1s, timeout: 1s, retries: 1000 }\n`;
    await using repo = await hooked({ [LOCAL]: slow });
    const held = repo.start(['apply', '--auto-approve']);
    await held.until(/service\.web start: done/);

    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await repo.commit();
    const asked = join(repo.root, '.git/trueup/hook-run/asked');
    await eventually(
      () =>
        stat(asked).then(
          () => false,
          () => true,
        ),
      'the runner of the hook to take it on',
    );
    held.child.kill('SIGINT');
    await held.done;
    await followed(repo);

    expect(await commands(repo)).toEqual(['sleep 1001']);
  });

  it('ends what is under way for an older one', async () => {
    const slow = `${manifest('local', 1001)}    health_check: { test: [CMD, "false"], interval: 1s, timeout: 1s, retries: 1000 }\n`;
    await using repo = await hooked();
    await repo.write({ [LOCAL]: slow });
    await repo.commit();
    await eventually(async () => (await commands(repo)).includes('sleep 1001'), 'the service that waits at its gate');

    await repo.write({ [LOCAL]: manifest('local', 1002) });
    await repo.commit();
    const text = await followed(repo);

    expect(await commands(repo)).toEqual(['sleep 1002']);
    expect(text).toMatch(/local: cancelled/);
  });
});

describe('many at once', () => {
  it('a rebase of many commits is followed once, at its end', async () => {
    await using repo = await hooked();
    await repo.git('checkout', '-q', '-b', 'topic');
    for (let second = 1001; second <= 1030; second += 1) {
      await repo.write({ [LOCAL]: manifest('local', second) });
      await repo.git('commit', '-qam', `${second}`);
    }
    await repo.git('checkout', '-q', 'main');
    await repo.write({ 'README.md': 'new\n' });
    await repo.commit();
    // The end of the branch may have been followed before: whatever is told of it from here on is new.
    await followed(repo);
    await rm(join(repo.root, '.trueup', 'hook.log'));
    await repo.git('checkout', '-q', 'topic');
    await followed(repo);
    await rm(join(repo.root, '.trueup', 'hook.log'));

    await repo.git('rebase', '-q', 'main');
    const text = await followed(repo);

    expect(text.match(/ended after/g)).toHaveLength(1);
    expect(await commands(repo)).toEqual(['sleep 1030']);
  });

  it('a merge, a checkout and an amended commit are followed as well', async () => {
    await using repo = await hooked();
    await repo.git('checkout', '-q', '-b', 'topic');
    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await repo.commit();
    await followed(repo);

    await repo.git('checkout', '-q', 'main');
    await followed(repo);
    const onMain = await commands(repo);
    await repo.git('merge', '-q', '--no-ff', '-m', 'merged', 'topic');
    await followed(repo);
    const merged = await commands(repo);
    await repo.write({ [LOCAL]: manifest('local', 1002) });
    await repo.git('commit', '-qa', '--amend', '--no-edit');
    await followed(repo);

    expect(onMain).toEqual(['sleep 1000']);
    expect(merged).toEqual(['sleep 1001']);
    expect(await commands(repo)).toEqual(['sleep 1002']);
  });
});

describe('a linked worktree', () => {
  it('is what its own commits are about, and making it is about nothing', async () => {
    await using repo = await hooked();
    const linked = join(repo.scratch, 'linked tree');

    await repo.git('worktree', 'add', '-q', '-b', 'topic', linked);
    await writeFile(join(linked, OTHER), manifest('other', 2002));
    await repo.git('-C', linked, 'commit', '-qam', 'in the linked one');
    const text = await followed(repo, linked);

    expect(await commands(repo)).toEqual(['sleep 2002']);
    expect(text.match(/ended after/g)).toHaveLength(1);
    expect(await log(repo)).toBe('');
  });
});

describe('the launcher', () => {
  it('is right with a runtime in a folder whose name has every character that a shell knows', async () => {
    await using repo = await scratchRepo(TWO);
    const folder = join(repo.scratch, `a 'b" $(touch pwned) \`touch pwned\` $HOME\nc`);
    await mkdir(folder);
    const runtime = join(folder, 'node');
    await copyFile(process.execPath, runtime).then(() => chmod(runtime, 0o755));
    const { execFile } = await import('node:child_process');
    const { promisify } = await import('node:util');
    await promisify(execFile)(runtime, ['--', TRUEUP, 'hook', 'install'], { cwd: repo.root, env: repo.env });

    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await repo.commit();
    await followed(repo);

    expect(await commands(repo)).toEqual(['sleep 1001']);
    await expect(stat(join(repo.root, 'pwned'))).rejects.toThrow();
  });

  it('says in one line that its runtime is gone, and no git command fails for it', async () => {
    await using repo = await scratchRepo(TWO);
    const runtime = join(repo.scratch, 'node');
    await symlink(process.execPath, runtime);
    await repo.trueup(['hook', 'install']);
    const launcher = join(repo.root, '.git', 'trueup', 'hook');
    await writeFile(launcher, (await readFile(launcher, 'utf8')).replace(/^runtime=.*$/m, `runtime='${runtime}'`));
    await rm(runtime);

    const { execFile } = await import('node:child_process');
    const { promisify } = await import('node:util');
    const committed = await promisify(execFile)('git', ['commit', '--allow-empty', '-qm', 'a'], {
      cwd: repo.root,
      env: repo.env,
    });

    expect(committed.stderr).toMatch(
      /^trueup is no longer where it was, so nothing follows this post-commit: .*hook install.*\n$/,
    );
  });

  it('starts nothing after the hooks were removed', async () => {
    await using repo = await hooked();
    await repo.trueup(['hook', 'remove']);

    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await repo.commit();

    expect(await repo.processes()).toEqual([]);
    await expect(stat(join(repo.root, '.git', 'trueup', 'hook-run'))).rejects.toThrow();
  });

  it('works from a line that somebody wrote into a hook, without keeping git waiting', async () => {
    await using repo = await scratchRepo(TWO);
    const hook = join(repo.root, '.git', 'hooks', 'post-commit');
    await writeFile(hook, `#!/bin/sh\nexec '${process.execPath}' -- '${TRUEUP}' hook run post-commit\n`);
    await chmod(hook, 0o755);

    await repo.write({ [LOCAL]: manifest('local', 1001) });
    await repo.commit();
    await followed(repo);

    expect(await commands(repo)).toEqual(['sleep 1001']);
  });
});
