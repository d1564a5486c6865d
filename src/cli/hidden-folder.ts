/**
 * A folder for secrets in the repo of the user: one that git ignores, really in the repo, for the user alone. Whoever made the
 * repo may have laid a link where it is to be, or a rule that lets it in.
 */
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { errnoOf } from '../files/errno.ts';
import { type TakenAlong, takenAlong } from '../git/taken-along.ts';
import { TrueupError } from '../model/failure.ts';
import { addToGitIgnore } from './init/git-ignore.ts';

const PRIVATE_FOLDER = 0o700;

/**
 * Resolves with the lines that were added to `.gitignore`. Throws, with nothing in the folder, where git would still take
 * `files` along. All paths are relative to the root.
 */
export async function makeHiddenFolder(
  root: string,
  { folder, files }: { readonly folder: string; readonly files: readonly string[] },
  signal: AbortSignal,
): Promise<readonly string[]> {
  await assertOwnFolder(root, folder);
  const paths = files.map((file) => posix.join(folder, file));
  const before = await takenAlong(root, paths, signal);
  assertUntracked(before);
  const added = before.length === 0 ? [] : await addToGitIgnore(root, [`${folder}/`]);
  const [after] = before.length === 0 ? [] : await takenAlong(root, paths, signal);
  if (after !== undefined) {
    throw exposed(`git would take ${after.path} along: a rule further in stands against .gitignore`, {
      next: 'look for a line with "!" in the .gitignore of a folder on the way, take it out, and import again; no secret was written',
    });
  }
  await mkdir(join(root, folder), { recursive: true, mode: PRIVATE_FOLDER });
  await chmod(join(root, folder), PRIVATE_FOLDER);
  return added;
}

/** No link on the way, and nothing but a folder. */
async function assertOwnFolder(root: string, folder: string): Promise<void> {
  const parts = folder.split('/');
  for (const index of parts.keys()) {
    const path = parts.slice(0, index + 1).join('/');
    const found = await lstatOf(join(root, path));
    if (found === null) return;
    if (!found.isDirectory()) {
      const what = found.isSymbolicLink() ? 'a link' : 'no folder';
      throw exposed(`${path} is ${what}, and secrets would be written there`, {
        next: `take ${path} away, and import again; nothing was written`,
      });
    }
  }
}

async function lstatOf(path: string): Promise<Awaited<ReturnType<typeof lstat>> | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function assertUntracked(taken: readonly TakenAlong[]): void {
  const tracked = taken.filter(({ isTracked }) => isTracked).map(({ path }) => path);
  if (tracked.length === 0) return;
  throw exposed(`git holds ${tracked.join(', ')} already`, {
    next: `\`git rm --cached ${tracked.join(' ')}\`, and import again; nothing was written`,
  });
}

function exposed(summary: string, { next }: { readonly next: string }): TrueupError {
  return new TrueupError('secret_exposed', summary, { next });
}
