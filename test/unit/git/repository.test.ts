import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openRepository } from '../../../src/git/repository.ts';
import { containing, emptyRepo, git, never, repoWith, scratchFolder, write } from './scratch-repo.ts';

const COMMIT = /^[0-9a-f]{40}$/;

describe('a repo', () => {
  it('is clean after a commit, and names commit, subject, root and git folder', async () => {
    const folder = repoWith({ 'a.txt': 'a' }, 'feat: first things\n\nmore about it');

    const repository = await openRepository(folder, never);

    expect(repository.root).toBe(folder);
    expect(repository.gitDir).toBe(join(folder, '.git'));
    expect(repository.revision).toEqual({ commit: git(folder, 'rev-parse', 'HEAD'), dirty: false });
    expect(repository.revision.commit).toMatch(COMMIT);
    expect(repository.dirtyFiles.size).toBe(0);
    expect(await repository.subject(never)).toBe('feat: first things');
  });

  it('has no commit and no subject before the first commit', async () => {
    const folder = emptyRepo();
    write(folder, { 'a.txt': 'a' });

    const repository = await openRepository(folder, never);

    expect(repository.revision).toEqual({ commit: null, dirty: true });
    expect(repository.revisionOf([])).toEqual({ commit: null, dirty: false });
    expect(await repository.subject(never)).toBeNull();
  });

  it('knows its commit with a detached HEAD', async () => {
    const folder = repoWith({ 'a.txt': 'a' });
    const first = git(folder, 'rev-parse', 'HEAD');
    git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'second');
    git(folder, 'checkout', '--quiet', '--detach', first);

    expect((await openRepository(folder, never)).revision).toEqual({ commit: first, dirty: false });
  });

  it('is found from a folder inside it, with paths relative to the root', async () => {
    const folder = repoWith({ 'deep/er/a.txt': 'a', 'b.txt': 'b' });
    write(folder, { 'deep/er/a.txt': 'changed', 'b.txt': 'changed' });

    const repository = await openRepository(join(folder, 'deep', 'er'), never);

    expect(repository.root).toBe(folder);
    expect([...repository.dirtyFiles].sort()).toEqual(['b.txt', 'deep/er/a.txt']);
  });

  it('lists changed, staged, deleted, renamed, untracked and ignored paths as dirty', async () => {
    const names = ['changed', 'staged', 'deleted', 'renamed', 'kept'];
    const folder = repoWith({
      ...Object.fromEntries(names.map((name) => [name, name])),
      '.gitignore': '*.log\n/ignored/\n',
    });
    write(folder, { changed: 'x', staged: 'x', new: 'x', 'folder/in/it': 'x', 'a.log': 'x', 'ignored/one': 'x' });
    git(folder, 'add', 'staged');
    rmSync(join(folder, 'deleted'));
    git(folder, 'mv', 'renamed', 'renamed-to');

    const repository = await openRepository(folder, never);

    const dirty = ['a.log', 'changed', 'deleted', 'folder/', 'ignored/', 'new', 'renamed', 'renamed-to', 'staged'];
    expect([...repository.dirtyFiles].sort()).toEqual(dirty);
  });

  it('lists conflicted paths as dirty', async () => {
    const folder = repoWith({ 'a b.txt': 'base\n' });
    git(folder, 'checkout', '--quiet', '-b', 'other');
    write(folder, { 'a b.txt': 'theirs\n' });
    git(folder, 'commit', '--quiet', '--all', '--message', 'theirs');
    git(folder, 'checkout', '--quiet', 'main');
    write(folder, { 'a b.txt': 'ours\n' });
    git(folder, 'commit', '--quiet', '--all', '--message', 'ours');
    expect(() => git(folder, 'merge', 'other')).toThrow();

    expect([...(await openRepository(folder, never)).dirtyFiles]).toEqual(['a b.txt']);
  });

  it('keeps unicode, quotes, spaces and line breaks in names', async () => {
    const names = ['žluťoučký kůň.yaml', '漢字/ファイル', 'two\nlines', 'a "quoted" name', ' leading', 'tab\there'];
    const folder = repoWith(Object.fromEntries(names.map((name) => [name, 'a'])));
    write(folder, Object.fromEntries(names.map((name) => [name, 'changed'])));

    const repository = await openRepository(folder, never);

    expect([...repository.dirtyFiles].sort()).toEqual([...names].sort());
  });

  it('is found in a folder whose own name holds a line break', async () => {
    const outer = join(scratchFolder(), 'odd\nname');
    mkdirSync(join(outer, 'inside'), { recursive: true });
    git(outer, 'init', '--quiet');

    const repository = await openRepository(join(outer, 'inside'), never);

    expect(repository.root).toBe(outer);
    expect(repository.gitDir).toBe(join(outer, '.git'));
  });

  it('has a git folder of its own in a linked worktree', async () => {
    const folder = repoWith({ 'a.txt': 'a' });
    const linked = join(scratchFolder(), 'linked');
    git(folder, 'worktree', 'add', '--quiet', linked);
    write(linked, { 'a.txt': 'changed' });

    const [main, other] = await Promise.all([openRepository(folder, never), openRepository(linked, never)]);

    expect(other.root).toBe(linked);
    expect(other.gitDir).toBe(join(folder, '.git', 'worktrees', 'linked'));
    expect(other.revision).toEqual({ commit: main.revision.commit, dirty: true });
    expect(main.revision.dirty).toBe(false);
  });

  it('is the submodule inside a submodule, and is dirty as a whole seen from outside', async () => {
    const inner = repoWith({ 'a.txt': 'a' });
    const outer = repoWith({ 'b.txt': 'b' });
    git(outer, 'submodule', '--quiet', 'add', inner, 'sub');
    git(outer, 'commit', '--quiet', '--message', 'sub');
    write(outer, { 'sub/a.txt': 'changed' });

    const [inside, outside] = await Promise.all([
      openRepository(join(outer, 'sub'), never),
      openRepository(outer, never),
    ]);

    expect(inside.root).toBe(join(outer, 'sub'));
    expect(inside.gitDir).toBe(join(outer, '.git', 'modules', 'sub'));
    expect([...inside.dirtyFiles]).toEqual(['a.txt']);
    expect([...outside.dirtyFiles]).toEqual(['sub']);
    expect(outside.revisionOf(['sub/a.txt']).dirty).toBe(true);
  });

  it('is the one around the folder, whatever a hook left in the environment', async () => {
    const folder = repoWith({ 'a.txt': 'a' });
    const other = repoWith({ 'b.txt': 'b' });
    vi.stubEnv('GIT_DIR', join(other, '.git'));
    vi.stubEnv('GIT_WORK_TREE', other);
    vi.stubEnv('GIT_INDEX_FILE', join(other, '.git', 'index.lock'));
    vi.stubEnv('GIT_PREFIX', 'b/');
    vi.stubEnv('GIT_EDITOR', 'vi');

    const repository = await openRepository(folder, never);

    expect(repository.root).toBe(folder);
    expect(repository.revision.dirty).toBe(false);
  });

  it('costs two git processes and writes nothing', async () => {
    const folder = repoWith({ 'a.txt': 'a' });
    const index = join(folder, '.git', 'index');
    // A changed time stamp alone makes git refresh its index, if it is allowed to.
    writeFileSync(join(folder, 'a.txt'), 'a');
    const before = { mtime: statSync(index).mtimeMs, bytes: readFileSync(index) };
    const counter = join(scratchFolder(), 'calls');
    countCallsOfGit(counter);

    const repository = await openRepository(folder, never);

    expect(repository.revision.dirty).toBe(false);
    expect(readFileSync(counter, 'utf8').split('\n').filter(Boolean)).toHaveLength(2);
    expect({ mtime: statSync(index).mtimeMs, bytes: readFileSync(index) }).toEqual(before);
  });
});

describe('the dirty flag of a part', () => {
  it('looks at the named files and folders alone', async () => {
    const folder = repoWith({ 'environments/local/a.yaml': 'a', 'environments/staging/a.yaml': 'a', 'app.js': 'x' });
    write(folder, { 'environments/local/a.yaml': 'changed', 'app.js': 'changed' });

    const repository = await openRepository(folder, never);

    expect(repository.revision.dirty).toBe(true);
    expect(repository.revisionOf(['environments/staging']).dirty).toBe(false);
    expect(repository.revisionOf(['environments/local/']).dirty).toBe(true);
    expect(repository.revisionOf(['environments']).dirty).toBe(true);
    expect(repository.revisionOf(['environments/loc']).dirty).toBe(false);
    expect(repository.revisionOf(['environments/staging/a.yaml', 'app.js']).dirty).toBe(true);
    expect(repository.revisionOf(['.']).dirty).toBe(true);
    expect(repository.revisionOf([]).dirty).toBe(false);
  });

  it('sees a file in a folder that is untracked as a whole', async () => {
    const folder = repoWith({ 'a.txt': 'a' });
    write(folder, { 'environments/local/a.yaml': 'new' });

    const repository = await openRepository(folder, never);

    expect(repository.revisionOf(['environments/local/a.yaml']).dirty).toBe(true);
    expect(repository.revisionOf(['environments/local']).dirty).toBe(true);
  });

  it('counts an ignored file when it is named, and not when it only lies in a named folder', async () => {
    const folder = repoWith({ '.gitignore': '*.log\n.env\n', 'local/a.yaml': 'a' });
    write(folder, { 'local/.env': 'A=1', 'local/x.log': 'x' });

    const repository = await openRepository(folder, never);

    expect(repository.revision.dirty).toBe(false);
    expect(repository.revisionOf(['local']).dirty).toBe(false);
    expect(repository.revisionOf(['local/a.yaml', 'local/.env']).dirty).toBe(true);
  });
});

describe('no repo', () => {
  it('is an error that says to run git init', async () => {
    const opening = openRepository(scratchFolder(), never);

    await expect(opening).rejects.toMatchObject({
      code: 'not_a_git_repository',
      next: containing('git init'),
    });
  });

  it('is a folder that does not exist, and a file', async () => {
    const file = join(scratchFolder(), 'file');
    writeFileSync(file, '');

    await expect(openRepository(`${file}-not`, never)).rejects.toMatchObject({ code: 'not_a_git_repository' });
    await expect(openRepository(file, never)).rejects.toMatchObject({ code: 'not_a_git_repository' });
  });

  it('is a bare repo, and the inside of a git folder', async () => {
    const bare = scratchFolder();
    git(bare, 'init', '--quiet', '--bare');
    const folder = emptyRepo();

    await expect(openRepository(bare, never)).rejects.toMatchObject({
      code: 'not_a_git_repository',
      message: containing('bare'),
    });
    await expect(openRepository(join(folder, '.git'), never)).rejects.toMatchObject({ code: 'not_a_git_repository' });
  });

  it('is what git cannot read: its own words are in the error', async () => {
    const folder = repoWith({ 'a.txt': 'a' });
    writeFileSync(join(folder, '.git', 'index'), 'not an index');

    await expect(openRepository(folder, never)).rejects.toMatchObject({
      code: 'git_failed',
      fields: { stderr: containing('index') },
    });
  });

  it('is a worktree whose repo is gone: git says which', async () => {
    const folder = scratchFolder();
    write(folder, { '.git': 'gitdir: /nonexistent/worktrees/here\n' });

    await expect(openRepository(folder, never)).rejects.toMatchObject({
      code: 'git_failed',
      message: containing('/nonexistent/worktrees/here'),
    });
  });

  it.skipIf(process.getuid?.() !== 0)(
    'is one that another user owns: git says how to trust it (needs root)',
    async () => {
      const folder = repoWith({ 'a.txt': 'a' });
      for (const path of [folder, join(folder, '.git')]) chownSync(path, 12_345, 12_345);
      vi.stubEnv('SUDO_UID', undefined);

      await expect(openRepository(folder, never)).rejects.toMatchObject({
        code: 'git_failed',
        message: containing('safe.directory'),
      });
    },
  );

  it('is there without git: an error that says so', async () => {
    const folder = repoWith({ 'a.txt': 'a' });
    vi.stubEnv('PATH', scratchFolder());

    await expect(openRepository(folder, never)).rejects.toMatchObject({ code: 'git_missing' });
  });

  it('is opened under an aborted signal: its reason is thrown', async () => {
    const reason = new Error('enough');

    await expect(openRepository(repoWith({ a: 'a' }), AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('is opened under a signal that aborts while git runs: git is ended and the reason thrown', async () => {
    const folder = repoWith({ a: 'a' });
    const bin = scratchFolder();
    const started = join(bin, 'started');
    writeFileSync(join(bin, 'git'), `#!/bin/sh\necho $$ > ${started}\nexec sleep 600\n`);
    chmodSync(join(bin, 'git'), 0o755);
    vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
    const controller = new AbortController();
    const reason = new Error('enough');

    const opening = openRepository(folder, controller.signal);
    await vi.waitUntil(() => existsSync(started) && readFileSync(started, 'utf8').endsWith('\n'), { timeout: 40_000 });
    controller.abort(reason);

    await expect(opening).rejects.toBe(reason);
    const pid = Number(readFileSync(started, 'utf8'));
    await vi.waitUntil(() => !isAlive(pid), { timeout: 40_000 });
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Puts a program before git that writes a line per call. */
function countCallsOfGit(counter: string): void {
  const bin = scratchFolder();
  const path = process.env['PATH'] ?? '';
  writeFileSync(join(bin, 'git'), `#!/bin/sh\necho "$*" >> ${counter}\nPATH=${path} exec git "$@"\n`);
  chmodSync(join(bin, 'git'), 0o755);
  vi.stubEnv('PATH', `${bin}:${path}`);
  onTestFinished(() => void vi.unstubAllEnvs());
}
