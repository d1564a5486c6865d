/**
 * What of a commit git does not hold: the content of submodules and of files that Git LFS keeps. Whoever mounted it would be
 * given an empty folder, or a pointer for a file. So neither is there, and who declares it is told that it is missing.
 */
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HardenedGit } from './hardened.ts';

const POINTER = 'version https://git-lfs.github.com/spec/';

/** Takes both out of the files of a clone that were just checked out; the clone counts as clean. */
export async function leaveOut(git: HardenedGit, clone: string, commit: string): Promise<void> {
  const entries = (await git('ls-tree', '-r', '-z', '--full-tree', commit)).split('\0');
  for (const path of entries.flatMap((entry) => pathOf(entry, '160000'))) {
    await rmdir(join(clone, path)).catch(() => undefined);
  }
  if (!entries.some((entry) => /(^|\/)\.gitattributes$/.test(entry.split('\t', 2)[1] ?? ''))) return;
  const pointers = await pointersOf(git, commit);
  for (const path of pointers) {
    await git('update-index', '--skip-worktree', '--', path);
    await rm(join(clone, path), { force: true });
  }
}

async function pointersOf(git: HardenedGit, commit: string): Promise<readonly string[]> {
  // Status 1 is "none".
  const found = await git('grep', '-l', '-z', '--full-name', '-e', `^${POINTER}`, commit, '--').catch(() => '');
  return found
    .split('\0')
    .filter((name) => name !== '')
    .map((name) => name.slice(commit.length + 1));
}

function pathOf(entry: string, mode: string): readonly string[] {
  const tab = entry.indexOf('\t');
  return entry.startsWith(`${mode} `) ? [entry.slice(tab + 1)] : [];
}
