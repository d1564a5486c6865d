/** How many changes of a run ended in which way. */
import type { RunCounts } from '../model/history.ts';
import type { ChangeResult } from './run-changes.ts';

/** Finished changes by what was done, the others by how they ended. */
export function countResults(results: readonly ChangeResult[]): RunCounts {
  const done = { create: 0, update: 0, restart: 0, replace: 0, delete: 0, move: 0 };
  const ended = { done: 0, failed: 0, cancelled: 0, skipped: 0, not_started: 0 };
  for (const result of results) {
    ended[result.status] += 1;
    if (result.status === 'done') done[result.action] += 1;
  }
  const { failed, cancelled, skipped, not_started } = ended;
  return { ...done, failed, cancelled, skipped, not_started };
}
