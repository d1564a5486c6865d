/** Of all who wrote a part of a value: who changed it last. Commits are held against their order, dates where it says nothing. Pure. */
import type { Blame } from '../model/explanation.ts';

/** `order`: commits, the newest first. What is not committed yet is newer than any; `null` where no commit is known. */
export function latestBlame(candidates: readonly Blame[], order: readonly string[]): Blame | null {
  const edit = candidates.find(({ kind }) => kind === 'not_committed');
  if (edit !== undefined) return edit;
  const commits = candidates.filter((blame) => blame.kind === 'commit');
  const byCommit = new Map(commits.map((blame) => [blame.commit, blame]));
  const first = order.find((commit) => byCommit.has(commit));
  if (first !== undefined) return byCommit.get(first) ?? null;
  return commits.toSorted((left, right) => Date.parse(right.date) - Date.parse(left.date))[0] ?? null;
}

/** Whether only the order of commits can tell which of them came last. */
export function needsOrder(candidates: readonly Blame[]): boolean {
  if (candidates.some(({ kind }) => kind === 'not_committed')) return false;
  return new Set(candidates.flatMap((blame) => (blame.kind === 'commit' ? [blame.commit] : []))).size > 1;
}
