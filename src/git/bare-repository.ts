/**
 * A bare repo, for commands that read commits alone: it has refs and objects, and no file that anybody works on. Whatever
 * a command would look for in a working tree is not there.
 */
import { TrueupError } from '../model/failure.ts';
import type { FileTree } from '../model/file-tree.ts';
import { gitIn } from './git.ts';
import { openRepository, type Repository } from './repository.ts';
import { findCommit } from './revisions.ts';

/** The tree of what has no files. */
export const NO_FILES: FileTree = {
  list: () => Promise.resolve(null),
  read: () => Promise.resolve(null),
  isCommitted: () => false,
};

export interface ReadRepository {
  readonly repository: Repository;
  readonly isBare: boolean;
}

/** The repo around a folder, bare or not. */
export async function openRepositoryToRead(directory: string, signal: AbortSignal): Promise<ReadRepository> {
  try {
    return { repository: await openRepository(directory, signal), isBare: false };
  } catch (error) {
    if (!(error instanceof TrueupError) || error.fields['bare'] !== true) throw error;
    return { repository: await openBare(directory, signal), isBare: true };
  }
}

async function openBare(directory: string, signal: AbortSignal): Promise<Repository> {
  const git = await gitIn(directory, signal);
  const gitDir = (await git('rev-parse', '--absolute-git-dir')).replace(/\n$/, '');
  const commit = await findCommit(gitDir, 'HEAD', signal);
  const revision = { commit, dirty: false };
  return {
    root: gitDir,
    gitDir,
    revision,
    dirtyFiles: new Set(),
    untrackedFiles: new Set(),
    revisionOf: () => revision,
    subject: () => Promise.resolve(null),
  };
}
