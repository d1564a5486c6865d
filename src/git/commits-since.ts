/**
 * The commits since a given one, in the order in which they were made: no commit comes before one that is made from it. Dates
 * say less: two commits can have the same one, and whoever rebases keeps the older. Nothing is written.
 */
import { gitIn } from './git.ts';

/** Whoever is further behind asks for what nobody remembers. */
const MOST = 10_000;

/**
 * Full hashes of what HEAD has and `commit` has not, the newest first. None where there is no such commit (any more), or no
 * git, is an answer; only an abort is thrown.
 */
export async function commitsSince(
  root: string,
  commit: string | null,
  signal: AbortSignal,
): Promise<readonly string[]> {
  signal.throwIfAborted();
  if (commit === null) return [];
  try {
    const git = await gitIn(root, signal);
    // As `^…` it can be no option, whatever was recorded.
    const listed = await git('rev-list', '--topo-order', `--max-count=${MOST}`, 'HEAD', `^${commit}`, '--');
    return listed.split('\n').filter((line) => line !== '');
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
