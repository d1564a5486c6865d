/**
 * The git repo that a command runs in: where it is, which commit stands, and what differs from it. Opening costs two git
 * processes and writes nothing. All paths are relative to the root, with forward slashes.
 */
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Revision } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import { type Git, gitIn, notARepository } from './git.ts';
import { pathSet } from './path-set.ts';
import { parseStatus, STATUS_ARGUMENTS } from './status.ts';

export interface Repository {
  /** Absolute, symbolic links resolved. */
  readonly root: string;
  /** Absolute; in a linked worktree the folder of that worktree alone. */
  readonly gitDir: string;
  /** For the repo as a whole; ignored files do not make it dirty. */
  readonly revision: Revision;
  /**
   * Every path whose content the commit does not hold: changed, untracked and ignored. An entry may be a folder, which
   * then stands for all in it: ask through `pathSet`.
   */
  readonly dirtyFiles: ReadonlySet<string>;
  /** Those of them that git has nothing of, ignored ones included. */
  readonly untrackedFiles: ReadonlySet<string>;
  /** The revision with a dirty flag that looks at these files and folders alone. Ignored files count when named. */
  revisionOf(paths: Iterable<string>): Revision;
  /** The first line of the commit's message; `null` before the first commit. One more git process, hence on request. */
  subject(signal: AbortSignal): Promise<string | null>;
}

/** Opens the repo around a folder; a folder inside `.git`, or a bare repo, is none. */
export async function openRepository(directory: string, signal: AbortSignal): Promise<Repository> {
  const start = await existing(directory);
  const git = await gitIn(start, signal);
  // At once: each waits for a process. What is wrong with the folder is for `locate` to say.
  const [located, status] = await Promise.allSettled([locate(git, start), git(...STATUS_ARGUMENTS)]);
  const { root, gitDir } = valueOf(located);
  const { commit, changed, untracked, ignored } = parseStatus(valueOf(status));
  const changedSet = pathSet(changed);
  const ignoredSet = pathSet(ignored);
  function isDirty(path: string): boolean {
    return changedSet.covers(path) || changedSet.reachesInto(path) || ignoredSet.covers(path);
  }
  return {
    root,
    gitDir,
    revision: { commit, dirty: changed.length > 0 },
    dirtyFiles: new Set([...changed, ...ignored]),
    untrackedFiles: new Set([...untracked, ...ignored]),
    revisionOf(paths) {
      return { commit, dirty: [...paths].some((path) => isDirty(path)) };
    },
    async subject(subjectSignal) {
      if (commit === null) return null;
      const show = await gitIn(root, subjectSignal);
      return (await show('log', '-1', '--no-show-signature', '--format=%s', commit)).trimEnd();
    },
  };
}

async function existing(directory: string): Promise<string> {
  const found = await stat(directory).catch(() => null);
  if (found?.isDirectory()) return realpath(directory);
  throw new TrueupError('not_a_git_repository', `There is no folder ${resolve(directory)}`, {
    fields: { directory },
    next: 'Choose a folder that exists with `--chdir`.',
  });
}

/** `--show-cdup` instead of `--show-toplevel`: one line whatever the folders are called, newlines included. */
async function locate(git: Git, start: string): Promise<{ root: string; gitDir: string }> {
  const output = await git(
    'rev-parse',
    '--is-bare-repository',
    '--is-inside-work-tree',
    '--show-cdup',
    '--absolute-git-dir',
  );
  const [bare = '', inside = '', up = '', ...rest] = output.split('\n');
  if (bare === 'true') {
    throw new TrueupError('not_a_git_repository', `${start} is a bare git repository, which has no files to read`, {
      fields: { directory: start, bare: true },
      next: 'Clone it, or add a worktree with `git worktree add`, and run there.',
    });
  }
  if (inside !== 'true') throw notARepository(start);
  return { root: resolve(start, up), gitDir: rest.join('\n').replace(/\n$/, '') };
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason as Error;
  return result.value;
}
