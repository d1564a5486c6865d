import { realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRepository } from '../../../src/git/repository.ts';
import { otherWorktrees } from '../../../src/git/worktrees.ts';
import { git, never, scratchFolder } from './scratch-repo.ts';

describe('worktrees', () => {
  it('know of each other, but for those that are gone', async () => {
    const folder = scratchFolder();
    const [main, one, two] = ['main', 'one', 'two'].map((name) => join(folder, name)) as [string, string, string];
    git(folder, 'init', '--quiet', 'main');
    git(main, 'commit', '--quiet', '--allow-empty', '--message=first');
    const others = async (root: string): Promise<readonly string[]> =>
      otherWorktrees(await openRepository(root, never));

    expect(await others(main)).toEqual([]);
    git(main, 'worktree', 'add', '--quiet', '--detach', one);
    git(main, 'worktree', 'add', '--quiet', '--detach', two);

    expect(await others(main)).toEqual([one, two]);
    expect(await others(one)).toEqual([main, two]);
    await rm(two, { recursive: true });
    expect(await others(one)).toEqual([await realpath(main)]);
  });
});
