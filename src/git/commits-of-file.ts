/** Which commits changed one file, the newest first. Nothing is checked out and nothing is written. */
import { gitIn } from './git.ts';

export interface FileHistoryRequest {
  /** Full hash: this commit and what is behind it. */
  readonly from: string;
  /** Relative to the root of the repo. */
  readonly path: string;
  /** No more than these. */
  readonly most: number;
}

/** Full hashes. */
export async function commitsOfFile(
  root: string,
  { from, path, most }: FileHistoryRequest,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const git = await gitIn(root, signal);
  const options = ['--format=%H', `--max-count=${most}`, '--no-show-signature'];
  return (await git('log', ...options, from, '--', path)).split('\n').filter((line) => line !== '');
}
