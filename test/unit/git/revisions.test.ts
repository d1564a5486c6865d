import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  changedSince,
  describeCommit,
  isAncestor,
  mergeBase,
  midpoint,
  resolveCommit,
} from '../../../src/git/revisions.ts';
import { containing, git, never, repoWith, scratchFolder, write } from './scratch-repo.ts';

function commit(folder: string, message: string): string {
  git(folder, 'commit', '--quiet', '--allow-empty', '--message', message);
  return git(folder, 'rev-parse', 'HEAD');
}

describe('where two histories parted', () => {
  it('is their last common commit, and nothing where there is none', async () => {
    const folder = repoWith({ a: '1' });
    const first = git(folder, 'rev-parse', 'HEAD');
    git(folder, 'checkout', '--quiet', '-b', 'feature');
    const feature = commit(folder, 'feature');
    git(folder, 'checkout', '--quiet', 'main');
    const main = commit(folder, 'main goes on');
    git(folder, 'checkout', '--quiet', '--orphan', 'other');
    const other = commit(folder, 'other');

    expect(await mergeBase(folder, main, feature, never)).toBe(first);
    expect(await mergeBase(folder, first, feature, never)).toBe(first);
    expect(await mergeBase(folder, main, other, never)).toBeNull();
  });
});

describe('a revision', () => {
  it('is whatever git takes for a commit', async () => {
    const folder = repoWith({ a: '1' });
    const first = git(folder, 'rev-parse', 'HEAD');
    git(folder, 'tag', '--annotate', 'v1', '--message', 'one');
    const second = commit(folder, 'second');

    for (const text of ['v1', 'HEAD~1', first.slice(0, 8), 'HEAD^{/first}']) {
      expect(await resolveCommit(folder, text, never), text).toBe(first);
    }
    expect(await resolveCommit(folder, 'main', never)).toBe(second);
  });

  it.each(['nothing', '-h', '--all', '', 'HEAD:a', '0'.repeat(40), 'HEAD..HEAD', 'a\0b'])('is not %j', async (text) => {
    const folder = repoWith({ a: '1' });

    await expect(resolveCommit(folder, text, never)).rejects.toMatchObject({ code: 'revision_not_found' });
  });

  it('that a shallow clone lacks is said to be that', async () => {
    const [folder, parent] = [repoWith({ a: '1' }), scratchFolder()];
    const first = git(folder, 'rev-parse', 'HEAD');
    commit(folder, 'second');
    git(parent, 'clone', '--quiet', '--depth=1', `file://${folder}`, 'clone');

    await expect(resolveCommit(join(parent, 'clone'), first, never)).rejects.toMatchObject({
      code: 'revision_not_found',
      message: containing('shallow'),
    });
  });

  it('is described by hash, parents, author, date and subject', async () => {
    const folder = repoWith({ a: '1' });
    const first = git(folder, 'rev-parse', 'HEAD');
    const second = commit(folder, 'Zwei\nlines – and more');

    const described = await describeCommit(folder, second, never);

    expect(described).toMatchObject({
      commit: second,
      parents: [first],
      author: 'Test',
      subject: 'Zwei lines – and more',
    });
    expect(Date.parse(described.date)).not.toBeNaN();
    expect((await describeCommit(folder, first, never)).parents).toEqual([]);
  });
});

describe('between two commits', () => {
  it('ancestors are told from strangers', async () => {
    const folder = repoWith({ a: '1' });
    const first = git(folder, 'rev-parse', 'HEAD');
    const second = commit(folder, 'second');
    git(folder, 'checkout', '--quiet', '--orphan', 'other');
    const stranger = commit(folder, 'stranger');

    expect(await isAncestor(folder, first, second, never)).toBe(true);
    expect(await isAncestor(folder, second, first, never)).toBe(false);
    expect(await isAncestor(folder, stranger, second, never)).toBe(false);
    expect(await isAncestor(folder, first, first, never)).toBe(true);
  });

  it('the midpoint halves what is left, and in the end is the bad one', async () => {
    const folder = repoWith({ a: '1' });
    const commits = [
      git(folder, 'rev-parse', 'HEAD'),
      ...['2', '3', '4', '5'].map((message) => commit(folder, message)),
    ];
    const [first = '', , third = '', , fifth = ''] = commits;

    expect(await midpoint(folder, fifth, [first], never)).toEqual({ commit: third, left: 4, steps: 1 });
    expect(await midpoint(folder, third, [first, commits[1] ?? ''], never)).toMatchObject({ commit: third, left: 1 });
  });
});

describe('what changed since a commit', () => {
  it('is what the index or the working tree has otherwise, and what only one of them has', async () => {
    const folder = repoWith({ kept: '1', edited: '1', staged: '1', committed: '1', gone: '1', 'touched alone': '1' });
    const commit = git(folder, 'rev-parse', 'HEAD');
    write(folder, { committed: '2' });
    git(folder, 'commit', '--quiet', '--all', '--message', 'more');
    write(folder, { edited: '2', staged: '2', added: '2', untracked: '2' });
    git(folder, 'add', 'staged', 'added');
    git(folder, 'rm', '--quiet', 'gone');
    utimesSync(join(folder, 'touched alone'), 1000, 1000);

    const changed = await changedSince(folder, commit, never);

    const paths = ['kept', 'edited', 'staged', 'committed', 'gone', 'touched alone', 'added', 'untracked'];
    expect(paths.filter((path) => changed.covers(path))).toEqual(['edited', 'staged', 'committed', 'gone', 'added']);
  });

  it('is found without the lock of the index, which others need', async () => {
    const folder = repoWith({ touched: '1' });
    utimesSync(join(folder, 'touched'), 1000, 1000);
    const before = readFileSync(join(folder, '.git/index'));

    const changed = await changedSince(folder, 'HEAD', never);

    expect(changed.covers('touched')).toBe(false);
    expect(readFileSync(join(folder, '.git/index'))).toEqual(before);
  });
});
