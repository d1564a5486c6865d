/**
 * A tree of files that reads only so much, and only inside the clone. Repos of others can be made to be large, and their
 * symbolic links to lead anywhere.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { TrueupError } from '../../model/failure.ts';
import type { FileTree } from '../../model/file-tree.ts';
import { formatSize } from '../../model/quantity.ts';
import { isTooIntricate, MOST_MARKS } from './intricacy.ts';
import { outside } from './inside.ts';
import type { Limits } from './policy.ts';

/** What files are read for: manifests for a parser; of what services mount, nothing but the bytes counts. */
export type ConfinedUse = 'parse' | 'mount';

/** `root` where the files lie on the disk; `null` for git's objects, which lead nowhere. Counts as long as it lives. */
export function confinedTree(
  tree: FileTree,
  limits: Limits,
  root: string | null,
  use: ConfinedUse = 'parse',
): FileTree {
  const sizes = new Map<string, number>();
  let turn: Promise<void> = Promise.resolve();
  /** One file at a time is handed out to be parsed, and what else the process has to do comes in between. */
  async function nextTurn(): Promise<void> {
    turn = turn.then(() => setImmediate());
    await turn;
  }
  return {
    async list(folder) {
      if (root !== null) await assertInside(root, folder);
      return tree.list(folder);
    },
    async read(file) {
      if (root !== null) await assertInside(root, file);
      if (sizes.set(file, 0).size > limits.files) {
        throw refused(file, `more than ${limits.files} files of a repo that is not yours are not read`);
      }
      const size =
        root === null
          ? 0
          : await stat(resolve(root, file)).then(
              (found) => found.size,
              () => 0,
            );
      if (size > limits.file_size) throw tooLarge(file, limits);
      const bytes = await tree.read(file);
      if (bytes !== null && bytes.length > limits.file_size) throw tooLarge(file, limits);
      const total = sizes
        .set(file, bytes?.length ?? 0)
        .values()
        .reduce((sum, length) => sum + length, 0);
      if (total > limits.total_size) {
        const most = formatSize(limits.total_size);
        throw refused(file, `the files of a repo that is not yours may have ${most} together`);
      }
      if (use === 'parse' && bytes !== null && isTooIntricate(bytes)) {
        const most = `${MOST_MARKS} line ends, brackets, colons, commas, dashes and quotes`;
        throw refused(file, `a file of a repo that is not yours may have ${most}`);
      }
      await nextTurn();
      return bytes;
    },
    isCommitted: (file) => tree.isCommitted(file),
    ...(tree.isTracked === undefined ? {} : { isTracked: tree.isTracked.bind(tree) }),
  };
}

async function assertInside(root: string, path: string): Promise<void> {
  const problem = await outside(root, path);
  if (problem !== null) throw refused(path, `it ${problem}`);
}

function tooLarge(file: string, limits: Limits): TrueupError {
  return refused(file, `files of a repo that is not yours may have ${formatSize(limits.file_size)}`);
}

function refused(path: string, reason: string): TrueupError {
  return new TrueupError('file_unreadable', `${path} is not read: ${reason}`, {
    fields: { path },
    next: 'docs/foreign-repos.md says what such a repo may hold',
  });
}
