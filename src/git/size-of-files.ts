/** How large the files of a commit are together, without writing any of them. */
import { TrueupError } from '../model/failure.ts';
import { formatSize } from '../model/quantity.ts';
import { commitRefused } from './commit-refused.ts';
import { hardenedGit } from './hardened.ts';

/** Some 80,000 files; what is longer costs the daemon several times as much memory to read. */
const MAX_LISTED = 8 * 1024 * 1024;

/** In bytes. Throws `commit_refused` for a commit whose list of files has no end, as where a folder holds itself many times over. */
export async function sizeOfFiles(root: string, commit: string, signal: AbortSignal): Promise<number> {
  const git = await hardenedGit({ directory: root, maxBytes: MAX_LISTED }, signal);
  const listed = await git('ls-tree', '-r', '-z', '--long', '--full-tree', commit).catch((error: unknown) => {
    throw isTooMuch(error) ? commitRefused(commit, { reason: 'too_much', why: WHY, cause: error }) : error;
  });
  let total = 0;
  for (const [, size] of listed.matchAll(/(?:^|\0)\d+ blob [0-9a-f]+ +(\d+)\t/g)) total += Number(size);
  return total;
}

const WHY = `the list of its files is longer than the ${formatSize(MAX_LISTED)} that are looked through`;

function isTooMuch(error: unknown): boolean {
  return error instanceof TrueupError && error.fields['ended'] === 'said_too_much';
}
