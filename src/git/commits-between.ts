/** How many commits one has that another has not. Nothing is written. */
import { gitIn } from './git.ts';

/** `null` where nobody can tell: one of the two is not here, or there is no earlier one. Only an abort is thrown. */
export async function commitsBetween(
  root: string,
  earlier: string | null,
  later: string,
  signal: AbortSignal,
): Promise<number | null> {
  signal.throwIfAborted();
  if (earlier === null) return null;
  try {
    const git = await gitIn(root, signal);
    const counted = Number((await git('rev-list', '--count', later, `^${earlier}`, '--')).trim());
    return Number.isSafeInteger(counted) ? counted : null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
