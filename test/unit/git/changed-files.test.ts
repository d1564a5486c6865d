import { existsSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changedFiles } from '../../../src/git/changed-files.ts';
import { git, never, repoWith, write } from './scratch-repo.ts';

function head(folder: string): string {
  return git(folder, 'rev-parse', 'HEAD');
}

function commitAll(folder: string, message = 'next'): string {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--allow-empty', '--message', message);
  return head(folder);
}

async function filesBetween(folder: string, from: string, to: string): Promise<readonly string[] | null> {
  const changed = await changedFiles(folder, from, to, never);
  return changed === null ? null : [...changed.files].sort();
}

describe('files that differ between two commits', () => {
  it('are those that were changed, made, removed, given another mode or made a link', async () => {
    const folder = repoWith({ changed: 'a', gone: 'a', mode: 'a', link: 'a', kept: 'a', 'in/a/folder': 'a' });
    const first = head(folder);
    write(folder, { changed: 'b', 'made/new': 'b', 'in/a/folder': 'b' });
    for (const name of ['gone', 'link']) rmSync(join(folder, name));
    symlinkSync('kept', join(folder, 'link'));
    git(folder, 'add', '--all');
    git(folder, 'update-index', '--chmod=+x', 'mode');
    git(folder, 'commit', '--quiet', '--message', 'second');

    const expected = ['changed', 'gone', 'in/a/folder', 'link', 'made/new', 'mode'];
    expect(await filesBetween(folder, first, head(folder))).toEqual(expected);
    expect(await filesBetween(folder, head(folder), first)).toEqual(expected);
    expect(await filesBetween(folder, first, first)).toEqual([]);
  });

  it('name both ends of a rename, whatever the user has configured', async () => {
    const folder = repoWith({ 'old name': 'some lines\nof text\n' });
    const first = head(folder);
    renameSync(join(folder, 'old name'), join(folder, 'new name'));
    const second = commitAll(folder);
    git(folder, 'config', 'diff.renames', 'copies');

    expect(await filesBetween(folder, first, second)).toEqual(['new name', 'old name']);
  });

  it('keep names that hold newlines, quotes and other letters', async () => {
    const names = ['line\nbreak', '"quoted"', ':100644 x', 'größe/ñ', '-dash', ' space '];
    const folder = repoWith({ kept: 'a' });
    const first = head(folder);
    write(folder, Object.fromEntries(names.map((name) => [name, 'a'])));

    expect(await filesBetween(folder, first, commitAll(folder))).toEqual([...names].sort());
  });

  it('are found between histories that have nothing in common', async () => {
    const folder = repoWith({ one: 'a', both: 'a' });
    const first = head(folder);
    git(folder, 'checkout', '--quiet', '--orphan', 'other');
    git(folder, 'rm', '-rf', '--quiet', '.');
    write(folder, { two: 'a', both: 'a' });

    expect(await filesBetween(folder, first, commitAll(folder))).toEqual(['one', 'two']);
  });

  it('name submodules, also where git is told to pass over them', async () => {
    const inner = repoWith({ a: '1' });
    const folder = repoWith({ kept: 'a' });
    const first = head(folder);
    git(folder, 'submodule', '--quiet', 'add', inner, 'part');
    git(folder, 'config', '--file', '.gitmodules', 'submodule.part.ignore', 'all');
    const second = commitAll(folder);
    git(folder, 'update-index', '--cacheinfo', `160000,${first},part`);
    git(folder, 'commit', '--quiet', '--message', 'moved on');
    git(folder, 'config', 'diff.ignoreSubmodules', 'all');

    const changed = await changedFiles(folder, second, head(folder), never);

    expect(changed).toEqual({ files: new Set(['part']), submodules: new Set(['part']) });
    expect(await filesBetween(folder, first, second)).toEqual(['.gitmodules', 'part']);
  });

  it('cannot be told where a commit is gone', async () => {
    const folder = repoWith({ a: '1' });

    expect(await filesBetween(folder, '1'.repeat(40), head(folder))).toBeNull();
    expect(await filesBetween(folder, head(folder), '1'.repeat(40))).toBeNull();
  });

  it('run none of the programs that the repo configures for diffs', async () => {
    const folder = repoWith({ a: '1', '.gitattributes': '* diff=evil filter=evil\n' });
    const first = head(folder);
    write(folder, { a: '2' });
    const second = commitAll(folder);
    for (const key of ['diff.external', 'diff.evil.command', 'diff.evil.textconv', 'filter.evil.clean', 'core.pager']) {
      git(folder, 'config', key, `touch ${join(folder, 'ran')}; cat`);
    }

    expect(await filesBetween(folder, first, second)).toEqual(['a']);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });

  it('are not waited for once the caller has gone', async () => {
    const folder = repoWith({ a: '1' });
    const reason = new Error('gone');

    await expect(changedFiles(folder, head(folder), '1'.repeat(40), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
