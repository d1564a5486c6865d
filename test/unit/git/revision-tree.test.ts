import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type RevisionTree, revisionTree } from '../../../src/git/revision-tree.ts';
import { containing, emptyRepo, git, never, repoWith, write } from './scratch-repo.ts';

function headOf(folder: string): RevisionTree {
  const tree = revisionTree(folder, git(folder, 'rev-parse', 'HEAD'), never);
  onTestFinished(() => tree[Symbol.asyncDispose]());
  return tree;
}

async function textOf(tree: RevisionTree, file: string): Promise<string | null> {
  const bytes = await tree.read(file);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

function committed(folder: string): void {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', 'more');
}

describe('the files of a commit', () => {
  it('are what git holds, whatever the working tree has become', async () => {
    const folder = repoWith({ 'a/one.yaml': 'one', 'a/b/two.yaml': 'two', '.gitignore': 'secret\n' });
    write(folder, { 'a/one.yaml': 'edited', 'a/untracked.yaml': 'new', 'a/secret': 'shh' });
    rmSync(join(folder, 'a/b'), { recursive: true });
    git(folder, 'add', 'a/one.yaml');

    const tree = headOf(folder);

    expect(await tree.list('a')).toEqual(['b/', 'one.yaml']);
    expect(await tree.list('a/')).toEqual(['b/', 'one.yaml']);
    expect(await tree.list('')).toEqual(['.gitignore', 'a/']);
    expect(await textOf(tree, 'a/one.yaml')).toBe('one');
    expect(await textOf(tree, 'a/b/two.yaml')).toBe('two');
    expect(await textOf(tree, 'a/../a/./b//two.yaml')).toBe('two');
    expect(await tree.read('a/secret')).toBeNull();
  });

  it('are those of an older commit, too', async () => {
    const folder = repoWith({ 'a.yaml': 'old' });
    const old = git(folder, 'rev-parse', 'HEAD');
    write(folder, { 'a.yaml': 'new' });
    committed(folder);

    await using tree = revisionTree(folder, old, never);

    expect(await textOf(tree, 'a.yaml')).toBe('old');
  });

  it('are missing where there is nothing, a folder is no file, and a file no folder', async () => {
    const tree = headOf(repoWith({ 'a/one.yaml': 'one' }));

    expect(await tree.read('nothing')).toBeNull();
    expect(await tree.read('a')).toBeNull();
    expect(await tree.read('a/one.yaml/below')).toBeNull();
    expect(await tree.list('a/one.yaml')).toBeNull();
    expect(await tree.list('nothing')).toBeNull();
  });

  it('may have any name', async () => {
    const names = ['ünïcode-✓.yaml', 'new\nline.yaml', 'a b.yaml', '-dash.yaml', 'tab\t"quote".yaml', ':colon.yaml'];
    const tree = headOf(repoWith(Object.fromEntries(names.map((name) => [`odd/${name}`, name]))));

    expect(new Set(await tree.list('odd'))).toEqual(new Set(names));
    for (const name of names) expect(await textOf(tree, `odd/${name}`)).toBe(name);
  });

  it('are read with their bytes as they are, executable, empty and large ones', async () => {
    const folder = repoWith({ 'run.sh': 'echo', empty: '', large: 'x'.repeat(3_000_000) });
    chmodSync(join(folder, 'run.sh'), 0o755);
    committed(folder);
    const tree = headOf(folder);

    const [large, script, empty] = await Promise.all(['large', 'run.sh', 'empty'].map((file) => textOf(tree, file)));

    expect([large?.length, script, empty]).toEqual([3_000_000, 'echo', '']);
    expect(await tree.list('')).toEqual(['empty', 'large', 'run.sh']);
  });

  it('are not read when they are larger than anything that trueup reads, and the next ones are', async () => {
    const folder = repoWith({ 'a.yaml': 'a\n', 'huge.yaml': ' '.repeat(80 * 1024 * 1024), 'z.yaml': 'z\n' });
    const tree = headOf(folder);

    const answers = await Promise.allSettled(['a.yaml', 'huge.yaml', 'z.yaml'].map((file) => tree.read(file)));

    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(answers[1]).toMatchObject({ reason: { code: 'file_unreadable' } });
    expect(await textOf(tree, 'z.yaml')).toBe('z\n');
  });

  it('are found in a repo of SHA-256 objects', async () => {
    const folder = emptyRepo();
    rmSync(join(folder, '.git'), { recursive: true });
    git(folder, 'init', '--quiet', '--object-format=sha256');
    write(folder, { 'a/one.yaml': 'one' });
    committed(folder);

    expect(await textOf(headOf(folder), 'a/one.yaml')).toBe('one');
  });
});

describe('symbolic links', () => {
  it('are followed inside the commit, as the kernel follows them', async () => {
    const folder = repoWith({ 'real/deep/one.yaml': 'one', 'real/two.yaml': 'two' });
    mkdirSync(join(folder, 'links'));
    symlinkSync('../real/deep', join(folder, 'links/folder'));
    symlinkSync('folder/one.yaml', join(folder, 'links/file'));
    symlinkSync('folder/../two.yaml', join(folder, 'links/behind'));
    symlinkSync('nowhere', join(folder, 'links/dangling'));
    committed(folder);
    const tree = headOf(folder);

    expect(await tree.list('links')).toEqual(['behind', 'dangling', 'file', 'folder/']);
    expect(await tree.list('links/folder')).toEqual(['one.yaml']);
    expect(await textOf(tree, 'links/file')).toBe('one');
    expect(await textOf(tree, 'links/behind')).toBe('two');
    expect(await tree.read('links/dangling')).toBeNull();
  });

  it.each(['/etc/hostname', '../../outside', '..'])('that lead out of the repo are an error: %s', async (target) => {
    const folder = repoWith({ 'a/one.yaml': 'one' });
    symlinkSync(target, join(folder, 'a/out'));
    symlinkSync('../..', join(folder, 'a/above'));
    committed(folder);
    const path = target === '..' ? 'a/above/x' : 'a/out';

    await expect(headOf(folder).read(path)).rejects.toMatchObject({
      code: 'file_unreadable',
      message: containing('leads out of the repo'),
    });
  });

  it('that lead in a circle are an error', async () => {
    const folder = repoWith({ 'a/one.yaml': 'one' });
    symlinkSync('right', join(folder, 'left'));
    symlinkSync('left', join(folder, 'right'));
    committed(folder);

    await expect(headOf(folder).read('left')).rejects.toMatchObject({ message: containing('circle') });
    expect(await headOf(folder).list('')).toEqual(['a/', 'left', 'right']);
  });
});

describe('what git holds only a reference to', () => {
  it('is said of a submodule', async () => {
    const [inner, outer] = [repoWith({ 'one.yaml': 'one' }), repoWith({ 'a.yaml': 'a' })];
    git(outer, 'submodule', '--quiet', 'add', inner, 'sub');
    committed(outer);
    const tree = headOf(outer);

    expect(await tree.list('')).toContain('sub/');
    for (const asked of [tree.read('sub/one.yaml'), tree.list('sub'), tree.list('sub/below')]) {
      await expect(asked).rejects.toMatchObject({ code: 'file_unreadable', message: containing('submodule') });
    }
  });

  it('is said of a file in Git LFS', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n';
    const tree = headOf(repoWith({ 'big.yaml': pointer }));

    await expect(tree.read('big.yaml')).rejects.toMatchObject({ message: containing('Git LFS') });
  });

  it('is said of an object that the clone lacks', async () => {
    const folder = repoWith({ 'a.yaml': 'a' });
    const id = git(folder, 'rev-parse', 'HEAD:a.yaml');
    rmSync(join(folder, '.git/objects', id.slice(0, 2), id.slice(2)));

    await expect(headOf(folder).read('a.yaml')).rejects.toMatchObject({
      code: 'file_unreadable',
      message: containing(id),
    });
  });
});

describe('reading a commit', () => {
  it('writes nothing to the repo and leaves no process behind', async () => {
    const folder = repoWith({ 'a/one.yaml': 'one' });
    const before = timesIn(join(folder, '.git'));

    const tree = revisionTree(folder, git(folder, 'rev-parse', 'HEAD'), never);
    await tree.read('a/one.yaml');
    await tree[Symbol.asyncDispose]();

    expect(timesIn(join(folder, '.git'))).toEqual(before);
    const children = execFileSync('ps', ['-o', 'args=', '--ppid', String(process.pid)], { encoding: 'utf8' });
    expect(children).not.toContain('cat-file');
  });

  it('ends with the reason of the abort', async () => {
    const controller = new AbortController();
    const folder = repoWith({ 'a/one.yaml': 'one' });
    await using tree = revisionTree(folder, git(folder, 'rev-parse', 'HEAD'), controller.signal);
    await tree.read('a/one.yaml');

    const reading = tree.read('a/one.yaml');
    controller.abort(new Error('enough'));

    await expect(reading).rejects.toThrow('enough');
    await expect(tree.read('a/one.yaml')).rejects.toThrow('enough');
  });
});

function timesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => `${name} ${statSync(join(folder, name)).mtimeMs}`);
}
