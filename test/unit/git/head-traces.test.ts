/** Whatever moves head of a repo leaves a trace that is seen without asking git. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headTraces } from '../../../src/git/head.ts';
import { git, repoWith, scratchFolder, write } from './scratch-repo.ts';

function commit(repo: string, text: string): void {
  write(repo, { 'a.txt': text });
  git(repo, 'commit', '--quiet', '--all', '--message', text);
}

/** Two commits, and a branch beside the first of them. */
function repoOfTwo(): string {
  const repo = repoWith({ 'a.txt': 'one' });
  git(repo, 'branch', 'other');
  commit(repo, 'two');
  return repo;
}

describe('the traces of head', () => {
  it.each<[string, (repo: string) => void]>([
    ['a commit', (repo) => commit(repo, 'three')],
    ['another branch', (repo) => git(repo, 'checkout', '--quiet', 'other')],
    ['a detached head', (repo) => git(repo, 'checkout', '--quiet', '--detach')],
    ['a reset', (repo) => git(repo, 'reset', '--quiet', '--hard', 'HEAD~1')],
    ['a branch that was set', (repo) => git(repo, 'update-ref', 'refs/heads/main', 'HEAD~1')],
    ['a branch that is gone', (repo) => git(repo, 'update-ref', '-d', 'refs/heads/main')],
    [
      'a branch that was packed before',
      (repo) => {
        git(repo, 'pack-refs', '--all');
        git(repo, 'update-ref', 'refs/heads/main', 'HEAD~1');
      },
    ],
    [
      'a rebase that stops',
      (repo) => {
        git(repo, 'checkout', '--quiet', 'other');
        commit(repo, 'against it');
        expect(() => git(repo, 'rebase', 'main')).toThrow('conflict');
      },
    ],
  ])('change with %s', async (_what, move) => {
    const repo = repoOfTwo();
    const before = await headTraces(join(repo, '.git'));

    move(repo);

    expect(await headTraces(join(repo, '.git'))).not.toBe(before);
  });

  it('change with a patch that does not apply, which leaves head where it is, and with its end', async () => {
    const repo = repoOfTwo();
    const patch = join(scratchFolder(), 'two.patch');
    writeFileSync(patch, `${git(repo, 'format-patch', '--stdout', '-1')}\n`);
    git(repo, 'checkout', '--quiet', 'other');
    commit(repo, 'against it');
    const before = await headTraces(join(repo, '.git'));

    expect(() => git(repo, 'am', '--quiet', patch)).toThrow('patch does not apply');
    expect(await headTraces(join(repo, '.git'))).not.toBe(before);
    git(repo, 'am', '--quit');
    expect(await headTraces(join(repo, '.git'))).toBe(before);
  });

  it('change with a commit in a linked worktree, and not with one beside it', async () => {
    const repo = repoOfTwo();
    const linked = join(scratchFolder(), 'linked');
    git(repo, 'worktree', 'add', '--quiet', linked, 'other');
    const gitDir = git(linked, 'rev-parse', '--absolute-git-dir');
    const before = await headTraces(gitDir);

    commit(repo, 'three');
    expect(await headTraces(gitDir)).toBe(before);
    commit(linked, 'beside');
    expect(await headTraces(gitDir)).not.toBe(before);
  });

  it('stay with what leaves head where it is', async () => {
    const repo = repoOfTwo();
    const before = await headTraces(join(repo, '.git'));

    write(repo, { 'a.txt': 'not committed' });
    git(repo, 'add', '--all');
    git(repo, 'status');
    git(repo, 'branch', 'third');

    expect(await headTraces(join(repo, '.git'))).toBe(before);
  });
});
