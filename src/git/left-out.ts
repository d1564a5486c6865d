/**
 * What of a commit git does not hold: the content of submodules and of files that Git LFS keeps. Whoever mounted it would be
 * given an empty folder, or a pointer for a file. So neither is there, and who declares it is told that it is missing.
 *
 * What counts is the index, which git has checked name by name, and never the trees of the commit: what is removed is what
 * was checked out.
 */
import type { HardenedGit } from './hardened.ts';
import { removeInside } from './remove-inside.ts';

const POINTER = 'version https://git-lfs.github.com/spec/';

/** So many paths fit on one command line, whatever they are. */
const PATHS_A_CALL = 200;

/** Takes both out of the files of a clone that were just checked out; the clone counts as clean. */
export async function leaveOut(git: HardenedGit, clone: string): Promise<void> {
  const entries = indexEntries(await git('ls-files', '--stage', '-z', '--full-name'));
  for (const { path, mode } of entries) if (mode === '160000') await removeInside(clone, path, 'folder');
  if (!entries.some(({ path }) => /(^|\/)\.gitattributes$/.test(path))) return;
  const files = new Set(entries.flatMap(({ path, mode }) => (mode.startsWith('100') ? [path] : [])));
  const pointers = (await pointersOf(git)).filter((path) => files.has(path));
  for (let start = 0; start < pointers.length; start += PATHS_A_CALL) {
    await git('update-index', '--skip-worktree', '--', ...pointers.slice(start, start + PATHS_A_CALL));
  }
  for (const path of pointers) await removeInside(clone, path, 'file');
}

async function pointersOf(git: HardenedGit): Promise<readonly string[]> {
  // Status 1 is "none".
  const found = await git('grep', '--cached', '-l', '-z', '--full-name', '-e', `^${POINTER}`, '--').catch(() => '');
  return found.split('\0').filter((name) => name !== '');
}

interface IndexEntry {
  readonly path: string;
  readonly mode: string;
}

function indexEntries(listed: string): readonly IndexEntry[] {
  return listed.split('\0').flatMap((entry) => {
    const tab = entry.indexOf('\t');
    return tab === -1 ? [] : [{ path: entry.slice(tab + 1), mode: entry.slice(0, entry.indexOf(' ')) }];
  });
}
