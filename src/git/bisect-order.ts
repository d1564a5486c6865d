/** The commits between a bad one and all that are known to be good, in the order in which it is best to look at them. Nothing is written. */
import { gitIn } from './git.ts';

/** The one that halves them first, the bad one among them. Merges and all that they brought along are in it. */
export async function bisectOrder(
  root: string,
  bad: string,
  good: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const git = await gitIn(root, signal);
  const output = await git('rev-list', '--bisect-all', bad, ...good.map((commit) => `^${commit}`), '--');
  // `<commit> (dist=3)`, with names of branches in between.
  return output.split('\n').flatMap((line) => /^[0-9a-f]+/.exec(line) ?? []);
}
