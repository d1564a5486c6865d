/** Installing, telling of and removing git hooks, beside whatever is there already. What git then runs is tried with git. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ScratchRepo, scratchRepo } from '../support/cli.ts';
import { schemaErrors } from '../support/schemas.ts';

const NOTE = { 'README.md': 'a repo without environments\n' };

/** Every file of a folder with its mode and content; links by where they lead. */
async function snapshot(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder, { recursive: true }).catch((): string[] => [])).sort();
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { mode } = await lstat(path);
      const content = await readlink(path).catch(() => readFile(path, 'latin1').catch(() => ''));
      return [name, `${mode.toString(8)} ${content}`] as const;
    }),
  );
  return Object.fromEntries(found);
}

function hooks(repo: ScratchRepo): string {
  return join(repo.root, '.git', 'hooks');
}

async function writeHook(path: string, text: string, mode = 0o755): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  await chmod(path, mode);
}

/** Installs, and ends the launcher's ways before it starts anything: what is tried here is what git runs. */
async function installed(repo: ScratchRepo, ...options: readonly string[]): Promise<void> {
  const result = await repo.trueup(['hook', 'install', ...options]);
  expect(result, result.stdout + result.stderr).toMatchObject({ status: 0 });
}

/** What the hooks of the last git command wrote. */
async function ran(repo: ScratchRepo): Promise<string> {
  const path = join(repo.scratch, 'ran');
  const text = await readFile(path, 'utf8').catch(() => '');
  await rm(path, { force: true });
  return text;
}

const KINDS: readonly (readonly [string, (repo: ScratchRepo) => Promise<void>])[] = [
  ['nothing', async () => undefined],
  ['no folder of hooks', (repo) => rm(hooks(repo), { recursive: true })],
  ['a shell script', (repo) => writeHook(join(hooks(repo), 'post-commit'), '#!/bin/sh -e\nexit 0', 0o750)],
  ['an empty shell script', (repo) => writeHook(join(hooks(repo), 'post-commit'), '#!/bin/sh\n')],
  ['a Python script', (repo) => writeHook(join(hooks(repo), 'post-commit'), '#!/usr/bin/env python3\npass\n')],
  ['a script that is switched off', (repo) => writeHook(join(hooks(repo), 'post-merge'), '#!/bin/sh\nexit 1\n', 0o644)],
  [
    'a link',
    async (repo) => {
      await writeHook(join(repo.root, 'scripts', 'commit'), '#!/bin/sh\nexit 0\n');
      await symlink('../../scripts/commit', join(hooks(repo), 'post-commit'));
    },
  ],
  ['a link that leads nowhere', (repo) => symlink('nowhere', join(hooks(repo), 'post-rewrite'))],
];

describe('hook remove', () => {
  it.each(KINDS)('leaves, byte for byte, what was there before: %s', async (_name, prepare) => {
    await using repo = await scratchRepo(NOTE);
    await prepare(repo);
    const before = await snapshot(join(repo.root, '.git'));

    await installed(repo);
    await installed(repo, '--plan-only');
    const between = await snapshot(join(repo.root, '.git'));
    const removed = await repo.trueup(['hook', 'remove']);

    expect(removed).toMatchObject({ status: 0 });
    expect(between).not.toEqual(before);
    expect(await snapshot(join(repo.root, '.git'))).toEqual(before);
  });

  it('leaves what others wrote into a hook since', async () => {
    await using repo = await scratchRepo(NOTE);
    await installed(repo);
    const path = join(hooks(repo), 'post-commit');
    await writeFile(path, `${await readFile(path, 'utf8')}echo mine\n`);

    await repo.trueup(['hook', 'remove']);

    expect(await readFile(path, 'utf8')).toBe('#!/bin/sh\necho mine\n');
  });

  it('has nothing to do a second time', async () => {
    await using repo = await scratchRepo(NOTE);

    const removed = await repo.trueup(['hook', 'remove']);

    expect(removed).toMatchObject({ status: 0 });
    expect(removed.stdout).toMatch(/^Nothing to do/);
  });
});

describe('hook install', () => {
  it('changes nothing a second time', async () => {
    await using repo = await scratchRepo(NOTE);
    await writeHook(join(hooks(repo), 'post-commit'), '#!/usr/bin/env python3\npass\n');
    await installed(repo);
    const before = await snapshot(join(repo.root, '.git'));

    const again = await repo.trueup(['hook', 'install']);

    expect(again.stdout).toMatch(/^Nothing to do/);
    expect(await snapshot(join(repo.root, '.git'))).toEqual(before);
  });

  it.each([
    ['a shell script', '#!/bin/sh\n{ echo "$0" "$@"; cat; } > "$TRUEUP_TEST_RAN"\nexit 7\n'],
    [
      'a program of another language',
      '#!/usr/bin/env python3\nimport os, sys\nopen(os.environ["TRUEUP_TEST_RAN"], "w").write(" ".join(sys.argv) + "\\n" + sys.stdin.read())\nsys.exit(7)\n',
    ],
  ])('keeps %s, which gets its name, arguments and input, and whose status counts', async (_name, text) => {
    await using repo = await scratchRepo(NOTE);
    await writeHook(join(hooks(repo), 'post-rewrite'), text);
    await writeHook(join(hooks(repo), 'post-checkout'), text);
    await installed(repo);
    const env = { ...repo.env, TRUEUP_TEST_RAN: join(repo.scratch, 'ran') };
    const git = gitWith(env, repo);

    const amended = await git(['commit', '--amend', '-qm', 'another']);
    const rewritten = await ran(repo);
    const checkedOut = await git(['checkout', '-q', '-b', 'topic']);

    expect(amended).toBe(0);
    expect(rewritten).toMatch(/^\S*\/post-rewrite amend\n[0-9a-f]{40} [0-9a-f]{40}/);
    // Git makes 1 of any failure.
    expect(checkedOut).toBe(1);
    expect(await ran(repo)).toMatch(/^\S*\/post-checkout [0-9a-f]{40} [0-9a-f]{40} 1\n/);
  });

  it('keeps a script switched off that was switched off', async () => {
    await using repo = await scratchRepo(NOTE);
    await writeHook(join(hooks(repo), 'post-commit'), '#!/bin/sh\necho ran > "$TRUEUP_TEST_RAN"\n', 0o644);
    await installed(repo);

    const git = gitWith({ ...repo.env, TRUEUP_TEST_RAN: join(repo.scratch, 'ran') }, repo);
    await git(['commit', '--allow-empty', '-qm', 'another']);

    expect(await ran(repo)).toBe('');
  });

  it.each(['.githooks', '.husky/_'])('goes where core.hooksPath of the repo leads: %s', async (folder) => {
    await using repo = await scratchRepo(NOTE);
    await repo.git('config', 'core.hooksPath', folder);
    await writeHook(join(repo.root, folder, 'post-commit'), '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n');
    await writeHook(join(repo.root, folder, 'h'), 'basename "$0" > "$TRUEUP_TEST_RAN"\n');
    const before = await snapshot(join(repo.root, folder));

    const result = await repo.trueup(['hook', 'install']);
    const git = gitWith({ ...repo.env, TRUEUP_TEST_RAN: join(repo.scratch, 'ran') }, repo);
    await git(['commit', '--allow-empty', '-qm', 'another']);

    expect(result.stdout).toContain(join(repo.root, folder));
    expect(result.stderr).toMatch(folder === '.githooks' ? /tracks/ : /husky writes its folder anew/);
    expect(await ran(repo)).toBe('post-commit\n');
    expect(await readdir(hooks(repo))).not.toContain('post-commit');
    await repo.trueup(['hook', 'remove']);
    expect(await snapshot(join(repo.root, folder))).toEqual(before);
  });

  it('holds no path of this machine where a folder of hooks can be committed', async () => {
    await using repo = await scratchRepo(NOTE);
    await repo.git('config', 'core.hooksPath', '.githooks');

    await installed(repo);

    for (const text of Object.values(await snapshot(join(repo.root, '.githooks')))) {
      expect(text).not.toContain(process.execPath);
      expect(text).not.toContain(repo.root);
    }
  });

  it('goes into a folder that all repos share only when told, and says so', async () => {
    await using repo = await scratchRepo(NOTE);
    const shared = join(repo.scratch, 'shared hooks');
    const global = join(repo.scratch, 'gitconfig');
    await writeFile(global, `[core]\n  hooksPath = "${shared}"\n`);
    const env = { ...repo.env, GIT_CONFIG_GLOBAL: global };

    const refused = await repo.trueup(['hook', 'install'], { env });
    const afterRefusal = await snapshot(shared);
    const told = await repo.trueup(['hook', 'install', '--shared'], { env });

    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toMatch(/core\.hooksPath in your global git configuration .*shared hooks[\s\S]*--shared/);
    expect(afterRefusal).toEqual({});
    expect(told, told.stderr).toMatchObject({ status: 0 });
    expect(Object.keys(await snapshot(shared))).toContain('post-commit');
  });

  it('is refused in a bare repository, and where git looks for hooks in no folder', async () => {
    await using repo = await scratchRepo(NOTE);
    const bare = join(repo.scratch, 'bare');
    await repo.git('clone', '-q', '--bare', '.', bare);
    await repo.git('config', 'core.hooksPath', '/dev/null');

    expect(await repo.trueup(['hook', 'install'], { cwd: bare })).toMatchObject({ status: 1 });
    const refused = await repo.trueup(['hook', 'install']);
    expect(refused).toMatchObject({ status: 1 });
    expect(refused.stderr).toMatch(/\/dev\/null, which is no folder \[git_hooks_refused\]/);
  });
});

describe('hook status', () => {
  it('says what is missing and what was changed by hand, and install mends it', async () => {
    await using repo = await scratchRepo(NOTE);
    await installed(repo);
    await rm(join(hooks(repo), 'post-merge'));
    const path = join(hooks(repo), 'post-commit');
    await writeFile(path, (await readFile(path, 'utf8')).replace('|| exit 0', '|| exit 1'));
    await chmod(join(hooks(repo), 'post-rewrite'), 0o644);

    const text = await repo.trueup(['hook', 'status']);
    const json = await repo.trueup(['hook', 'status', '--output', 'json']);
    await installed(repo);
    const mended = await repo.trueup(['hook', 'status', '--output', 'json']);

    expect(text.stdout).toMatch(/post-commit +changed by hand/);
    expect(text.stdout).toMatch(/post-merge +missing/);
    expect(text.stdout).toMatch(/post-checkout +installed/);
    expect(schemaErrors('hook', JSON.parse(json.stdout))).toEqual([]);
    expect(states(json.stdout)).toEqual(['changed', 'missing', 'installed', 'changed']);
    expect(JSON.parse(mended.stdout)).toMatchObject({ installed: true, launcher: 'installed', gone: [] });
  });

  it('says that git runs hooks from elsewhere now', async () => {
    await using repo = await scratchRepo(NOTE);
    await installed(repo);
    await repo.git('config', 'core.hooksPath', '.githooks');

    const { stdout } = await repo.trueup(['hook', 'status', '--output', 'json']);

    expect(JSON.parse(stdout)).toMatchObject({ installed: false, installed_folder: hooks(repo) });
  });

  it('says that nothing is installed', async () => {
    await using repo = await scratchRepo(NOTE);

    const { stdout } = await repo.trueup(['hook', 'status']);

    expect(stdout).toContain('Nothing is installed');
  });
});

function states(json: string): readonly string[] {
  const { hooks: rows } = JSON.parse(json) as { readonly hooks: readonly { readonly state: string }[] };
  return rows.map(({ state }) => state);
}

/** Runs git with another environment and resolves with its exit status. */
function gitWith(env: NodeJS.ProcessEnv, repo: ScratchRepo): (args: readonly string[]) => Promise<number> {
  return async (args) => {
    const child = spawn('git', args, { cwd: repo.root, env, stdio: 'ignore' });
    const [code] = (await once(child, 'close')) as [number];
    return code;
  };
}
