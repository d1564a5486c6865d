/** The last line of a run: `Applied: 3 created, 1 restarted in 4.2 s.` */
import type { Run, ToldStep } from '../model/run.ts';
import { ACTION_WORDS } from './change-words.ts';
import type { ChangeResult, ChangeStatus } from './run-changes.ts';
import { STATUS_WORDS } from './status-words.ts';
import { countList, elapsedText, plural } from './words.ts';
import type { ChangeAction } from '../model/change.ts';

const ACTIONS: readonly ChangeAction[] = ['create', 'update', 'restart', 'replace', 'move', 'delete'];

const REST: readonly ChangeStatus[] = ['failed', 'skipped', 'cancelled', 'not_started'];

/** What is summed up of a run; its document has it, too. */
type SummedRun = Pick<Run, 'mode' | 'status' | 'duration_ms' | 'gates'> & { readonly steps: readonly ToldStep[] };

/** `leftUndone`: how many changes the plan withheld that somebody wants. */
export function runSummary(run: SummedRun, results: readonly ChangeResult[], leftUndone = 0): string {
  const counts = countList([
    ...ACTIONS.map((action) => [countDone(results, action), ACTION_WORDS[action].past] as const),
    ...REST.map((status) => [countEnded(results, status), STATUS_WORDS[status].word] as const),
  ]);
  const unmet = closedGates(run, results);
  const health = unmet > 0 ? ` ${plural(unmet, 'gate')} not met.` : '';
  const left = leftUndone > 0 ? ` ${plural(leftUndone, 'change')} withheld.` : '';
  if (run.status !== 'cancelled' && results.length === 0) {
    return leftUndone === 0 ? `Nothing to do.${health}` : `Nothing done.${left}${health}`;
  }
  return `${headline(run, results)}: ${counts === '' ? 'nothing done' : counts} in ${elapsedText(run.duration_ms)}.${left}${health}`;
}

/** A run whose steps all went well has applied everything, even where a gate is found closed at the end. */
function headline(run: SummedRun, results: readonly ChangeResult[]): string {
  if (run.status === 'cancelled') return 'Interrupted';
  const word = run.mode === 'destroy' ? 'Destroyed' : 'Applied';
  if (results.every((result) => result.status === 'done')) return word;
  return results.some((result) => result.status === 'done') ? `${word} in part` : 'Failed';
}

/** Gates of resources that are not counted as failed changes already: found closed at the end, or failed as a step. */
function closedGates(run: SummedRun, results: readonly ChangeResult[]): number {
  const counted = new Set(results.flatMap(({ status, address }) => (status === 'failed' ? [address] : [])));
  const closed = run.gates.flatMap((check) => (check.met ? [] : [check.address]));
  const failed = run.steps.flatMap(({ phase, status, address }) =>
    phase === 'gate' && status === 'failed' ? [address] : [],
  );
  return new Set([...closed, ...failed].filter((address) => !counted.has(address))).size;
}

function countEnded(results: readonly ChangeResult[], status: ChangeStatus): number {
  return results.filter((result) => result.status === status).length;
}

function countDone(results: readonly ChangeResult[], action: ChangeAction): number {
  return results.filter((result) => result.status === 'done' && result.action === action).length;
}
