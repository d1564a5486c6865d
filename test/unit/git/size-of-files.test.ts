import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { sizeOfFiles } from '../../../src/git/size-of-files.ts';
import { git, never, repoWith } from './scratch-repo.ts';

/** A commit of a folder that holds ten of itself, so often. */
function nested(levels: number): { readonly root: string; readonly commit: string } {
  const root = repoWith({ file: 'four' });
  const names = Array.from({ length: 10 }, (_, index) => `name-${index}`.padEnd(10, '-'));
  const treeOf = (mode: string, type: string, id: string): string => {
    const input = names.map((name) => `${mode} ${type} ${id}\t${name}\n`).join('');
    return execFileSync('git', ['mktree'], { cwd: root, input, encoding: 'utf8' }).trim();
  };
  let tree = treeOf('100644', 'blob', git(root, 'rev-parse', 'HEAD:file'));
  for (let level = 1; level < levels; level += 1) tree = treeOf('040000', 'tree', tree);
  return { root, commit: git(root, 'commit-tree', '-m', 'nested', tree) };
}

it('the files of a commit are counted as large as they are', async () => {
  const { root, commit } = nested(3);

  expect(await sizeOfFiles(root, commit, never)).toBe(4 * 1000);
});

it('the files of a commit are not listed without end', async () => {
  const { root, commit } = nested(5);

  await expect(sizeOfFiles(root, commit, never)).rejects.toMatchObject({ code: 'commit_refused' });
});
