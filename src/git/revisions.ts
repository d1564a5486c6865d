/** Questions about commits. Nothing is checked out and nothing is written. */
import type { CommitInfo } from '../model/bisect.ts';
import { TrueupError } from '../model/failure.ts';
import { nearest } from '../model/nearest.ts';
import { type Git, gitEnvironment, gitIn } from './git.ts';
import { type PathSet, pathSet } from './path-set.ts';
import { runGit } from './run-git.ts';

/** The full hash of the commit that a text means to `git rev-parse`. Throws `revision_not_found`. */
export async function resolveCommit(root: string, text: string, signal: AbortSignal): Promise<string> {
  const commit = await findCommit(root, text, signal);
  if (commit !== null) return commit;
  const git = await gitIn(root, signal);
  const isShallow = (await git('rev-parse', '--is-shallow-repository')).trim() === 'true';
  const message = isShallow
    ? `"${text}" is no commit of this clone, which is shallow and lacks older ones`
    : `"${text}" is no commit of this repository`;
  const suggestion = nearest(text, await refNames(git));
  throw new TrueupError('revision_not_found', message, {
    fields: { revision: text, shallow: isShallow },
    next: isShallow
      ? 'fetch the history with `git fetch --unshallow`, or a part of it with `git fetch --depth`'
      : suggestion === null
        ? 'name a commit, branch or tag that `git log` knows'
        : `did you mean "${suggestion}"?`,
  });
}

/** Of branches and tags, as people write them. */
async function refNames(git: Git): Promise<readonly string[]> {
  const output = await git('for-each-ref', '--format=%(refname:short)', '--count=5000');
  return output.split('\n').filter((name) => name !== '');
}

/** The same, and `null` for a text that means no commit. */
export async function findCommit(root: string, text: string, signal: AbortSignal): Promise<string | null> {
  // What begins with a dash would be an option.
  if (text === '' || text.startsWith('-') || text.includes('\0')) return null;
  const git = await gitIn(root, signal);
  try {
    const commit = (await git('rev-parse', '--verify', '--quiet', `${text}^{commit}`)).trim();
    // A range is taken too, and means several.
    return /^[0-9a-f]+$/.test(commit) ? commit : null;
  } catch (error) {
    if (error instanceof TrueupError && error.code === 'git_failed') return null;
    throw error;
  }
}

export async function describeCommit(root: string, commit: string, signal: AbortSignal): Promise<CommitInfo> {
  const git = await gitIn(root, signal);
  const format = '--format=%H%x00%P%x00%an%x00%aI%x00%s';
  const [hash = '', parents = '', author = '', date = '', subject = ''] = (
    await git('log', '-1', '--no-show-signature', format, commit)
  ).split('\0');
  return {
    commit: hash,
    parents: parents.split(' ').filter((parent) => parent !== ''),
    author,
    date,
    subject: subject.trimEnd(),
  };
}

/** Whether every way that leads to `descendant` may begin at `ancestor`. A commit is its own ancestor. */
export async function isAncestor(
  root: string,
  ancestor: string,
  descendant: string,
  signal: AbortSignal,
): Promise<boolean> {
  const git = await gitIn(root, signal);
  return (await git('merge-base', ancestor, descendant)).trim() === ancestor;
}

/** Where the histories of two commits parted; `null` where this clone knows of no common ancestor. */
export async function mergeBase(
  root: string,
  left: string,
  right: string,
  signal: AbortSignal,
): Promise<string | null> {
  const git = await gitIn(root, signal);
  try {
    const commit = (await git('merge-base', left, right)).trim();
    return commit === '' ? null : commit;
  } catch (error) {
    if (error instanceof TrueupError && error.code === 'git_failed') return null;
    throw error;
  }
}

export interface Midpoint {
  /** The commit to look at next; the bad one itself once nothing is left to look at. */
  readonly commit: string;
  /** How many commits are in question, the bad one included. */
  readonly left: number;
  /** About how many looks remain. */
  readonly steps: number;
}

/** The commit that halves what is left between a bad commit and all that are known to be good, as `git bisect` has it. */
export async function midpoint(
  root: string,
  bad: string,
  good: readonly string[],
  signal: AbortSignal,
): Promise<Midpoint> {
  const git = await gitIn(root, signal);
  const output = await git('rev-list', '--bisect-vars', bad, ...good.map((commit) => `^${commit}`));
  const valueOf = (name: string): string => new RegExp(`^${name}='?([^'\n]*)'?$`, 'm').exec(output)?.[1] ?? '';
  const commit = valueOf('bisect_rev');
  return {
    commit: commit === '' ? bad : commit,
    left: Number(valueOf('bisect_all')),
    steps: Number(valueOf('bisect_steps')),
  };
}

/**
 * Tracked files of which the working tree or the index has another content than a commit, or that only one of them has.
 * Not by `git diff`, which takes the lock of the index to refresh it, also where optional locks are off: whoever adds a file
 * at that moment would be refused.
 */
export async function changedSince(root: string, commit: string, signal: AbortSignal): Promise<PathSet> {
  const [staged, entries] = await Promise.all([
    list(root, ['diff-index', '--cached', '--name-only', '--no-ext-diff', '--no-renames', '-z', commit, '--'], signal),
    list(root, ['status', '--porcelain', '--untracked-files=no', '--no-renames', '-z'], signal),
  ]);
  // `XY path`: Y tells the working tree from the index.
  const edited = entries.filter((entry) => entry[1] !== ' ').map((entry) => entry.slice(3));
  return pathSet([...staged, ...edited]);
}

/** Not through simple-git, which takes a moment longer for whatever has nothing to say. */
async function list(root: string, words: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  const args = ['--no-optional-locks', ...words];
  const { exitCode, stdout, stderr } = await runGit(args, { cwd: root, env: gitEnvironment(process.env) }, signal);
  if (exitCode !== 0) {
    const command = ['git', ...args].join(' ');
    throw new TrueupError('git_failed', `\`${command}\` failed in ${root}: ${stderr}`, {
      fields: { directory: root, command, stderr },
    });
  }
  return stdout
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '');
}
