import { describe, expect, it } from 'vitest';
import { blame } from '../../../src/git/blame.ts';
import type { Blame } from '../../../src/model/explanation.ts';
import type { SourceRange } from '../../../src/model/source.ts';
import { emptyRepo, git, gitWith, never, repoWith, scratchFolder, write } from './scratch-repo.ts';

function lines(file: string, first: number, last = first): SourceRange {
  return { file, start: { line: first, column: 1 }, end: { line: last, column: 2 } };
}

async function blameOf(root: string, source: SourceRange): Promise<Blame> {
  return (await blame(root, [source], never)).newest(source);
}

function commitAs(root: string, author: string, date: string, message: string): string {
  const who = { GIT_AUTHOR_NAME: author, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  gitWith(who, root, 'commit', '--quiet', '--all', '--message', message);
  return git(root, 'rev-parse', 'HEAD');
}

describe('blame', () => {
  it('says who wrote the newest of the lines that are asked for, in several files at once', async () => {
    const root = repoWith({ 'a.yaml': 'one\ntwo\nthree\n', 'b.yaml': 'x\n' });
    const first = git(root, 'rev-parse', 'HEAD');
    write(root, { 'a.yaml': 'one\nTWO\nthree\n' });
    const second = commitAs(root, 'Ann', '2040-02-03T04:05:06+02:00', 'louder\n\nand more');

    const [whole, last, other] = [lines('a.yaml', 1, 3), lines('a.yaml', 3), lines('b.yaml', 1)];
    const who = await blame(root, [whole, last, other], never);

    expect(who.newest(whole)).toEqual({
      kind: 'commit',
      commit: second,
      author: 'Ann',
      date: '2040-02-03T02:05:06.000Z',
      summary: 'louder',
      at_or_before: false,
    });
    expect([who.newest(last), who.newest(other)]).toMatchObject([{ commit: first }, { commit: first, author: 'Test' }]);
    expect(who.each(whole)).toMatchObject([{ commit: first }, { commit: second }, { commit: first }]);
  });

  it('tells what is edited, what git does not know, and what nobody has committed yet', async () => {
    const root = repoWith({ 'a.yaml': 'one\ntwo\n' });
    write(root, { 'a.yaml': 'one\nTWO\n', 'new.yaml': 'x\n' });
    const young = emptyRepo();
    write(young, { 'a.yaml': 'one\n' });
    const outside = scratchFolder();
    write(outside, { 'a.yaml': 'one\n' });

    expect(await blameOf(root, lines('a.yaml', 2))).toEqual({ kind: 'not_committed' });
    expect(await blameOf(root, lines('a.yaml', 1))).toMatchObject({ kind: 'commit' });
    expect(await blameOf(root, lines('new.yaml', 1))).toEqual({ kind: 'not_tracked' });
    expect(await blameOf(young, lines('a.yaml', 1))).toEqual({ kind: 'not_committed' });
    expect(await blameOf(root, lines(`${outside}/a.yaml`, 1))).toEqual({ kind: 'not_tracked' });
  });

  it('says "at or before" only where a shallow clone has nothing behind a commit', async () => {
    const root = repoWith({ 'a.yaml': 'one\ntwo\n' });
    write(root, { 'a.yaml': 'one\nTWO\n' });
    commitAs(root, 'Ann', '2026-01-02T00:00:00Z', 'second');
    const clone = scratchFolder();
    git(clone, 'clone', '--quiet', '--depth', '1', `file://${root}`, 'shallow');

    expect(await blameOf(root, lines('a.yaml', 1))).toMatchObject({ at_or_before: false });
    expect(await blameOf(`${clone}/shallow`, lines('a.yaml', 1))).toMatchObject({ at_or_before: true });
  });

  it('follows a renamed file, passes over ignored revisions, and looks into submodules', async () => {
    const root = repoWith({ 'a.yaml': 'one\ntwo\nthree\nfour\n' });
    const first = git(root, 'rev-parse', 'HEAD');
    git(root, 'mv', 'a.yaml', 'b.yaml');
    commitAs(root, 'Ann', '2026-01-02T00:00:00Z', 'renamed');
    write(root, { 'b.yaml': '  one\ntwo\nthree\nfour\n' });
    const reformatted = commitAs(root, 'Ann', '2026-01-03T00:00:00Z', 'reformatted');
    const outer = repoWith({ x: '' });
    git(outer, 'submodule', '--quiet', 'add', root, 'inner');

    expect(await blameOf(root, lines('b.yaml', 1))).toMatchObject({ commit: reformatted });
    write(root, { '.git-blame-ignore-revs': `${reformatted}\n` });
    git(root, 'config', 'blame.ignoreRevsFile', '.git-blame-ignore-revs');

    expect(await blameOf(root, lines('b.yaml', 1))).toMatchObject({ commit: first });
    expect(await blameOf(outer, lines('inner/b.yaml', 4))).toMatchObject({ commit: first });
  });

  it('takes an author for what it is: text of others', async () => {
    const root = repoWith({ 'a.yaml': 'one\n' });
    write(root, { 'a.yaml': '\tsummary of nobody\n' });
    const author = 'author x boundary \u001b[31m';
    commitAs(root, author, '2026-01-02T00:00:00Z', 'boundary');

    expect(await blameOf(root, lines('a.yaml', 1))).toMatchObject({ author, summary: 'boundary', at_or_before: false });
  });

  it('says why git cannot say, and throws for nothing but an abort', async () => {
    const root = repoWith({ 'a.yaml': 'one\n' });
    git(root, 'config', 'blame.ignoreRevsFile', 'nowhere');

    expect(await blameOf(root, lines('a.yaml', 1))).toEqual({
      kind: 'unknown',
      reason: 'fatal: could not open object name list: nowhere',
    });
    await expect(blame(root, [lines('a.yaml', 1)], AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
