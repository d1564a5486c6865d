import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  chmodSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchRef } from '../../../src/git/fetch-ref.ts';
import { placeCommit } from '../../../src/git/managed-clone.ts';
import type { RefSpec } from '../../../src/git/ref-spec.ts';
import { accessTo, tag, type TestRemote, testRemote } from './remote-repo.ts';
import { containing, git, never, scratchFolder } from './scratch-repo.ts';

const DEFAULT: RefSpec = { kind: 'default' };

function fetcher(remote: Pick<TestRemote, 'url'>): {
  readonly cache: string;
  fetch(ref?: RefSpec): ReturnType<typeof fetchRef>;
} {
  const cache = join(scratchFolder(), 'caches', 'one');
  return { cache, fetch: (ref = DEFAULT) => fetchRef(accessTo(remote.url), cache, ref, never) };
}

describe('what is wanted of a remote', () => {
  it('is not there in a repo whose history is cut off, also where it was whole before', async () => {
    const remote = testRemote();
    remote.push({ a: '2' });
    const { fetch } = fetcher(remote);
    await fetch();
    const shallow = join(scratchFolder(), 'shallow.git');
    remote.push({ a: '3' });
    git('/', 'clone', '--quiet', '--bare', '--depth', '1', remote.url, shallow);
    rmSync(remote.folder, { recursive: true });
    renameSync(shallow, remote.folder);

    await expect(fetch()).rejects.toMatchObject({ code: 'revision_not_found', fields: { reason: 'shallow' } });
  });

  it('is fetched, and again when it has moved', async () => {
    const remote = testRemote();
    const { cache, fetch } = fetcher(remote);
    const first = git(remote.work, 'rev-parse', 'HEAD');

    expect(await fetch()).toEqual({ commit: first, tag: null, ref: DEFAULT });
    const second = remote.push({ a: '2' });
    expect((await fetch()).commit).toBe(second);
    expect((await fetch({ kind: 'branch', name: 'main' })).commit).toBe(second);
    expect(git(cache, 'show', `${second}:a`)).toBe('2');
  });

  it('is all that is fetched', async () => {
    const remote = testRemote();
    git(remote.work, 'checkout', '--quiet', '-b', 'other');
    const other = remote.push({ b: '1' });
    tag(remote.work, 'v1');
    const { cache, fetch } = fetcher(remote);

    await fetch({ kind: 'branch', name: 'main' });

    expect(git(cache, 'for-each-ref').split('\n')).toHaveLength(1);
    expect(() => git(cache, 'cat-file', '-e', other)).toThrow();
  });

  it('follows a history that was rewritten', async () => {
    const remote = testRemote();
    remote.push({ a: '2' });
    const { fetch } = fetcher(remote);
    await fetch();
    git(remote.work, 'reset', '--quiet', '--hard', 'HEAD~1');
    const other = remote.push({ a: '3' }, '--force');

    expect((await fetch()).commit).toBe(other);
  });

  it('may have ids of 256 bits, and files in a clone that is kept', async () => {
    const folder = scratchFolder();
    git(folder, 'init', '--quiet', '--object-format=sha256');
    writeFileSync(join(folder, 'a'), '1');
    git(folder, 'add', 'a');
    git(folder, 'commit', '--quiet', '--message', 'first');
    git(folder, 'tag', 'v1.0.0');
    const commit = git(folder, 'rev-parse', 'HEAD');
    const { cache, fetch } = fetcher({ url: `file://${folder}` });

    expect((await fetch({ kind: 'semver', range: '^1' })).commit).toBe(commit);
    expect((await fetch()).commit).toBe(commit);
    const clone = join(scratchFolder(), 'clone');
    await placeCommit(clone, cache, commit, never);
    expect(readFileSync(join(clone, 'a'), 'utf8')).toBe('1');
  });

  it('is the commit behind an annotated tag, which is named', async () => {
    const remote = testRemote();
    tag(remote.work, 'v1', true);
    const object = git(remote.work, 'rev-parse', 'v1');
    const { fetch } = fetcher(remote);

    expect(await fetch({ kind: 'tag', name: 'v1' })).toEqual({
      commit: git(remote.work, 'rev-parse', 'HEAD'),
      tag: { name: 'v1', object },
      ref: { kind: 'tag', name: 'v1' },
    });
  });

  it('is the newest tag in a range, also when a tag is moved', async () => {
    const remote = testRemote();
    tag(remote.work, 'v1.2.0', true);
    remote.push({ a: '2' });
    tag(remote.work, '1.10.0');
    remote.push({ a: '3' });
    for (const name of ['v2.0.0', 'v1.11.0-rc.1', 'latest']) tag(remote.work, name);
    const { fetch } = fetcher(remote);
    const range: RefSpec = { kind: 'semver', range: '^1.2' };

    expect((await fetch(range)).ref).toEqual({ kind: 'tag', name: '1.10.0' });
    expect((await fetch({ kind: 'semver', range: '>=1.11.0-rc.0 <2' })).ref).toEqual({
      kind: 'tag',
      name: 'v1.11.0-rc.1',
    });
    expect((await fetch({ kind: 'semver', range: '1.2.x' })).tag?.name).toBe('v1.2.0');
    git(remote.work, 'tag', '--force', '1.10.0', 'v1.2.0^{commit}');
    git(remote.work, 'push', '--quiet', '--force', 'origin', '1.10.0');
    expect((await fetch(range)).commit).toBe(git(remote.work, 'rev-parse', 'v1.2.0^{commit}'));
  });

  it('is a commit, in full or by its beginning, and needs no remote the next time', async () => {
    const remote = testRemote();
    const first = git(remote.work, 'rev-parse', 'HEAD');
    remote.push({ a: '2' });
    const { fetch } = fetcher(remote);

    expect((await fetch({ kind: 'commit', commit: first.slice(0, 9) })).commit).toBe(first);
    rmSync(remote.folder, { recursive: true });
    expect((await fetch({ kind: 'commit', commit: first })).commit).toBe(first);
  });

  it('is whichever of a branch, a tag and a commit a name means', async () => {
    const remote = testRemote();
    const first = git(remote.work, 'rev-parse', 'HEAD');
    tag(remote.work, 'v1');
    const { fetch } = fetcher(remote);

    for (const name of ['main', 'v1', first, first.slice(0, 7)]) {
      expect((await fetch({ kind: 'name', name })).commit, name).toBe(first);
    }
    git(remote.work, 'push', '--quiet', 'origin', 'HEAD:refs/heads/v1');
    await expect(fetch({ kind: 'name', name: 'v1' })).rejects.toMatchObject({
      code: 'revision_not_found',
      message: containing('refs/heads/v1, refs/tags/v1'),
      fields: { reason: 'ambiguous' },
    });
  });
});

describe('what a remote does not have', () => {
  it.each<readonly [string, RefSpec, string, string]>([
    ['branch', { kind: 'branch', name: 'mian' }, 'has no branch "mian"', 'did you mean "main"?'],
    ['tag', { kind: 'tag', name: 'v9' }, 'has no tag "v9"', 'tags: v1.0.0, v4.0.0'],
    ['range', { kind: 'semver', range: '^3' }, 'has no tag in ^3', 'versions near it: v4.0.0, v1.0.0'],
    ['commit', { kind: 'commit', commit: 'f'.repeat(40) }, 'has no commit ffff', 'pushed'],
    ['short commit', { kind: 'commit', commit: 'ffffffff' }, 'has no commit ffff', 'pushed'],
    ['name', { kind: 'name', name: 'maim' }, 'has no branch, tag or commit "maim"', 'did you mean "main"?'],
  ])('is said with what is near it: a %s', async (_, ref, message, next) => {
    const remote = testRemote();
    for (const name of ['v1.0.0', 'v4.0.0']) tag(remote.work, name);

    await expect(fetcher(remote).fetch(ref)).rejects.toMatchObject({
      code: 'revision_not_found',
      message: containing(message),
      next: containing(next),
      fields: { reason: 'missing' },
    });
  });

  it('may have been there', async () => {
    const remote = testRemote();
    git(remote.work, 'push', '--quiet', 'origin', 'HEAD:refs/heads/topic');
    const { fetch } = fetcher(remote);
    await fetch({ kind: 'branch', name: 'topic' });
    git(remote.work, 'push', '--quiet', 'origin', ':topic');

    await expect(fetch({ kind: 'branch', name: 'topic' })).rejects.toMatchObject({
      message: containing('no longer has branch "topic"'),
      fields: { reason: 'deleted' },
    });
  });

  it.each<RefSpec>([DEFAULT, { kind: 'branch', name: 'main' }])(
    'may have been there, and nothing else with it: %j',
    async (ref) => {
      const remote = testRemote();
      const { fetch } = fetcher(remote);
      await fetch(ref);
      git(remote.folder, 'update-ref', '-d', 'refs/heads/main');

      await expect(fetch(ref)).rejects.toMatchObject({
        message: containing(ref.kind === 'default' ? 'no longer has the branch that' : 'no longer has branch "main"'),
        next: 'it has nothing else, either: push it again',
        fields: { reason: 'deleted' },
      });
    },
  );

  it.each<RefSpec>([DEFAULT, { kind: 'branch', name: 'main' }, { kind: 'semver', range: '*' }])(
    'is everything, where it is empty: %j',
    async (ref) => {
      const folder = scratchFolder();
      git(folder, 'init', '--quiet', '--bare');

      await expect(fetcher({ url: `file://${folder}` }).fetch(ref)).rejects.toMatchObject({
        code: 'revision_not_found',
        fields: { reason: 'empty' },
      });
    },
  );

  it('is a default branch, where HEAD names none that is there', async () => {
    const remote = testRemote();
    git(remote.folder, 'symbolic-ref', 'HEAD', 'refs/heads/gone');

    await expect(fetcher(remote).fetch()).rejects.toMatchObject({ next: containing('name a branch: main') });
  });

  it('is a commit behind a tag that names a file', async () => {
    const remote = testRemote();
    git(remote.work, 'tag', 'file', 'HEAD:a');
    git(remote.work, 'push', '--quiet', 'origin', 'file');

    await expect(fetcher(remote).fetch({ kind: 'tag', name: 'file' })).rejects.toMatchObject({
      fields: { reason: 'no_commit' },
    });
  });

  it('is no reason to take it for gone where the remote cannot be reached', async () => {
    const url = `file://${join(scratchFolder(), 'nothing')}`;

    await expect(fetcher({ url }).fetch()).rejects.toMatchObject({ code: 'remote_denied' });
    await expect(fetcher({ url: 'http://127.0.0.1:1/x.git' }).fetch()).rejects.toMatchObject({
      code: 'remote_unreachable',
      retryable: true,
      message: containing('127.0.0.1'),
    });
  });
});

describe('a cache', () => {
  it.each<readonly [string, (cache: string) => void]>([
    ['has lost its HEAD', (cache) => rmSync(join(cache, 'HEAD'))],
    ['has an empty HEAD', (cache) => truncateSync(join(cache, 'HEAD'))],
    ['has an empty config', (cache) => writeFileSync(join(cache, 'config'), '[core\n')],
    ['has lost its objects', (cache) => emptied(join(cache, 'objects'))],
    ['has cut packs', (cache) => cutPacks(cache)],
    ['has a ref to nothing', (cache) => overwriteRefs(cache)],
    ['was left locked by a git that was killed', (cache) => lockRefs(cache)],
    ['is an empty folder', (cache) => emptied(cache)],
  ])('that %s is made anew, or mended', async (_, damage) => {
    const remote = testRemote();
    const { cache, fetch } = fetcher(remote);
    await fetch();
    damage(cache);
    const second = remote.push({ a: '2' });

    expect((await fetch()).commit).toBe(second);
    expect(git(cache, 'show', `${second}:a`)).toBe('2');
    expect(readdirSync(join(cache, '..'))).toEqual(['one']);
  });
});

function emptied(folder: string): void {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
}

function cutPacks(cache: string): void {
  git(cache, 'repack', '-adq');
  for (const name of readdirSync(join(cache, 'objects', 'pack'))) {
    chmodSync(join(cache, 'objects', 'pack', name), 0o644);
    truncateSync(join(cache, 'objects', 'pack', name), 20);
  }
}

function refFiles(cache: string): readonly string[] {
  const folder = join(cache, 'refs', 'trueup');
  expect(existsSync(folder)).toBe(true);
  return readdirSync(folder).map((name) => join(folder, name));
}

function overwriteRefs(cache: string): void {
  for (const file of refFiles(cache)) writeFileSync(file, `${'1'.repeat(40)}\n`);
}

function lockRefs(cache: string): void {
  for (const file of refFiles(cache)) writeFileSync(`${file}.lock`, '');
}
