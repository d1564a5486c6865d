/** The working trees of a repo beside each other: each has its own state, and all run on the same machine. Reads files alone. */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { commonFolder } from './common-folder.ts';

/** Roots of the other worktrees that are still there, symbolic links resolved, sorted. */
export async function otherWorktrees({
  root,
  gitDir,
}: {
  readonly root: string;
  readonly gitDir: string;
}): Promise<readonly string[]> {
  const common = await commonFolder(gitDir);
  const linked = join(common, 'worktrees');
  const names = await readdir(linked).catch((): string[] => []);
  const places = await Promise.all(names.map((name) => linkedRoot(join(linked, name))));
  const main = basename(common) === '.git' ? [dirname(common)] : [];
  const found = await Promise.all(
    [...main, ...places.flatMap((place) => place ?? [])].map((path) => realpath(path).catch(() => null)),
  );
  const own = await realpath(root).catch(() => root);
  return [...new Set(found)]
    .filter((path) => path !== null && path !== own)
    .map(String)
    .toSorted();
}

/** Its git folder names the file `.git` of the worktree. */
async function linkedRoot(gitDir: string): Promise<string | null> {
  const text = await readFile(join(gitDir, 'gitdir'), 'utf8').catch(() => null);
  return text === null ? null : dirname(resolve(gitDir, text.trim()));
}
