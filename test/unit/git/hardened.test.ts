import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { hardenedGit } from '../../../src/git/hardened.ts';
import { fetchRef } from '../../../src/git/fetch-ref.ts';
import { checkOut, placeCommit } from '../../../src/git/managed-clone.ts';
import { outwardLinks } from '../../../src/git/outward-links.ts';
import { openRepository } from '../../../src/git/repository.ts';
import { accessTo, script, testRemote } from './remote-repo.ts';
import { containing, git, never, repoWith, scratchFolder, write } from './scratch-repo.ts';

/** A folder in which programs that run leave their names. */
function trap(): { readonly command: (name: string) => string; sprung(): readonly string[] } {
  const folder = scratchFolder();
  const sprung = join(folder, 'sprung');
  mkdirSync(sprung);
  return {
    command: (name) => script(join(folder, name), `: > '${sprung}/${name}'; cat 2>/dev/null </dev/null; exit 0`),
    sprung: () => readdirSync(sprung),
  };
}

const HOOKS = [
  'post-checkout',
  'pre-commit',
  'post-merge',
  'reference-transaction',
  'post-index-change',
  'pre-auto-gc',
];

describe('git in a hostile repo', () => {
  it('runs nothing that its configuration, attributes or hooks name', async () => {
    const { command, sprung } = trap();
    const folder = repoWith({ a: '1', b: '1', '.gitattributes': '* filter=evil diff=evil merge=evil\n' });
    const first = git(folder, 'rev-parse', 'HEAD');
    write(folder, { a: '2', b: '2' });
    git(folder, 'commit', '--quiet', '--all', '--message', 'second');
    for (const hook of HOOKS) {
      script(join(folder, '.git', 'hooks', hook), `exec ${command(`hook-${hook}`)}`);
    }
    mkdirSync(join(folder, 'hooks'));
    script(join(folder, 'hooks', 'post-checkout'), `exec ${command('hooks-path')}`);
    const settings: Readonly<Record<string, string>> = {
      'core.hooksPath': join(folder, 'hooks'),
      'core.fsmonitor': command('fsmonitor'),
      'core.pager': command('pager'),
      'core.editor': command('editor'),
      'core.sshCommand': command('ssh'),
      'core.askPass': command('askpass'),
      'core.alternateRefsCommand': command('alternates'),
      'filter.evil.clean': command('clean'),
      'filter.evil.smudge': command('smudge'),
      'filter.evil.process': command('process'),
      'filter.evil.required': 'true',
      'diff.external': command('external'),
      'diff.evil.command': command('diff'),
      'diff.evil.textconv': command('textconv'),
      'merge.evil.driver': command('merge'),
      'gpg.program': command('gpg'),
      'credential.helper': command('credential'),
      'protocol.ext.allow': 'always',
      'remote.origin.url': `ext::${command('ext')}`,
      'remote.origin.uploadpack': command('uploadpack'),
      'alias.status': `!${command('alias')}`,
      'submodule.recurse': 'true',
    };
    for (const [key, value] of Object.entries(settings)) git(folder, 'config', key, value);

    const run = await hardenedGit({ directory: folder }, never);
    write(folder, { a: 'dirty' });
    await run('status', '--porcelain');
    await run('diff', '--no-ext-diff', '--no-textconv', 'HEAD');
    await run('checkout', '--quiet', '--force', '--detach', first);
    await run('checkout', '--quiet', '--force', '--detach', 'main');
    await run('log', '-1', '-p', '--show-signature').catch(() => '');
    await expect(run('fetch', 'origin')).rejects.toMatchObject({ message: containing('not allowed') });
    await expect(run('fetch', `ext::${command('ext2')}`)).rejects.toMatchObject({ code: 'git_failed' });
    await expect(run('fetch', folder)).rejects.toMatchObject({ code: 'git_failed' });

    expect(sprung()).toEqual([]);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('2');
  });

  it('writes its files nowhere else', async () => {
    const folder = repoWith({ a: '1' });
    git(folder, 'config', 'core.worktree', scratchFolder());

    await expect(hardenedGit({ directory: folder }, never)).rejects.toMatchObject({
      message: containing('leads its files to another folder'),
    });
  });

  it('is not the repo around it, where there is none', async () => {
    const outer = repoWith({ a: '1' });
    mkdirSync(join(outer, 'inner'));
    const run = await hardenedGit({ directory: join(outer, 'inner') }, never);

    await expect(run('rev-parse', 'HEAD')).rejects.toMatchObject({ code: 'git_failed' });
  });
});

describe('a clone that is kept', () => {
  it('runs none of the filters that the user has, when what it holds asks for them', async () => {
    const { command, sprung } = trap();
    const remote = testRemote({ a: '1', '.gitattributes': '* filter=user diff=user text eol=crlf\n' });
    const cache = join(scratchFolder(), 'cache');
    const clone = join(scratchFolder(), 'clone');
    const { commit } = await fetchRef(accessTo(remote.url), cache, { kind: 'default' }, never);
    const configuration = join(scratchFolder(), 'gitconfig');
    writeFileSync(
      configuration,
      `[filter "user"]\nclean = ${command('clean')}\nsmudge = ${command('smudge')}\n[core]\nhooksPath = ${scratchFolder()}\nfsmonitor = ${command('fsmonitor')}\n`,
    );
    vi.stubEnv('GIT_CONFIG_GLOBAL', configuration);

    await placeCommit(clone, cache, commit, never);
    write(clone, { a: 'changed' });
    const { dirtyFiles } = await openRepository(clone, never);

    expect(sprung()).toEqual([]);
    expect([...dirtyFiles]).toEqual(['a']);
    await checkOut(clone, commit, never);
    expect(readFileSync(join(clone, 'a'), 'utf8')).toBe('1');
  });

  it('fetches no submodule, and has neither it nor pointers of Git LFS among its files', async () => {
    const { command, sprung } = trap();
    const inner = repoWith({ a: '1' });
    const remote = testRemote({
      a: '1',
      '.gitattributes': '*.bin filter=lfs\n',
      'big.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
      'small.bin': 'not a pointer',
    });
    git(remote.work, 'submodule', '--quiet', 'add', inner, 'part');
    git(remote.work, 'config', '--file', '.gitmodules', 'submodule.part.url', `ext::${command('ext')}`);
    const commit = remote.push({});
    const [cache, clone] = [join(scratchFolder(), 'cache'), join(scratchFolder(), 'clone')];
    await fetchRef(accessTo(remote.url), cache, { kind: 'default' }, never);

    await placeCommit(clone, cache, commit, never);

    expect(readdirSync(clone).sort()).toEqual(['.git', '.gitattributes', '.gitmodules', 'a', 'small.bin']);
    expect((await openRepository(clone, never)).revision).toEqual({ commit, dirty: false });
    expect(sprung()).toEqual([]);
    const next = remote.push({ 'big.bin': 'a file of its own' });
    await fetchRef(accessTo(remote.url), cache, { kind: 'default' }, never);
    await placeCommit(clone, cache, next, never);
    expect(readFileSync(join(clone, 'big.bin'), 'utf8')).toBe('a file of its own');
  });

  it('runs nothing for a submodule that names a program, and is not read', async () => {
    const { command, sprung } = trap();
    const text = `[submodule "part"]\npath = part\nurl = ./x\nupdate = !${command('update')}\n`;
    const remote = testRemote({ a: '1', '.gitmodules': text });
    git(remote.work, 'update-index', '--add', '--cacheinfo', `160000,${git(remote.work, 'rev-parse', 'HEAD')},part`);
    git(remote.work, 'commit', '--quiet', '--message', 'part');
    git(remote.work, 'push', '--quiet', 'origin', 'HEAD');
    const [cache, clone] = [join(scratchFolder(), 'cache'), join(scratchFolder(), 'clone')];
    const { commit } = await fetchRef(accessTo(remote.url), cache, { kind: 'default' }, never);

    await placeCommit(clone, cache, commit, never);

    await expect(openRepository(clone, never)).rejects.toMatchObject({ code: 'git_failed' });
    expect(sprung()).toEqual([]);
  });

  it('survives that it was cut off at any place', async () => {
    const remote = testRemote({ a: '1' });
    const [cache, clone] = [join(scratchFolder(), 'cache'), join(scratchFolder(), 'clone')];
    const { commit } = await fetchRef(accessTo(remote.url), cache, { kind: 'default' }, never);
    mkdirSync(join(clone, '.git', 'objects', 'pack'), { recursive: true });
    writeFileSync(join(clone, '.git', 'HEAD'), '');
    await placeCommit(clone, cache, commit, never);
    for (const lock of ['index.lock', 'HEAD.lock', 'config.lock']) writeFileSync(join(clone, '.git', lock), '');
    writeFileSync(join(clone, '.git', 'index'), 'DIRC broken');

    await placeCommit(clone, cache, commit, never);

    expect(git(clone, 'status', '--porcelain')).toBe('');
  });
});

describe('symbolic links of a commit', () => {
  it('that lead out of it are named, and no others', async () => {
    const folder = repoWith({ 'in/a': '1', 'top/x': '1' });
    const links: Readonly<Record<string, string>> = {
      absolute: '/etc/passwd',
      above: '../x',
      'in/above': '../../x',
      'in/fine': '../top/x',
      dangling: 'nothing',
      // Behind a link, .. is the folder around what it leads to.
      'in/up': '../top',
      'in/twice': 'up/../../x',
      loop: 'loop',
      git: '.git/config',
    };
    for (const [path, target] of Object.entries(links)) symlinkSync(target, join(folder, path));
    git(folder, 'add', '--all');
    git(folder, 'commit', '--quiet', '--message', 'links');

    const outward = await outwardLinks(folder, git(folder, 'rev-parse', 'HEAD'), never);

    expect(outward.map(({ path }) => path).sort()).toEqual([
      'above',
      'absolute',
      'git',
      'in/above',
      'in/twice',
      'loop',
    ]);
    expect(lstatSync(join(folder, 'absolute')).isSymbolicLink()).toBe(true);
    expect(existsSync(join(folder, 'in/fine'))).toBe(true);
  });
});
