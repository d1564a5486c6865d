/** What became of each change of a run. Steps belong to changes by the object that they are about; a neighbour's count for the neighbour. */
import type { Address } from '../model/address.ts';
import { type Change, type ChangeAction, changeKey } from '../model/change.ts';
import type { StepResult, ToldStep } from '../model/run.ts';

/** `cancelled` was interrupted under way and may have taken effect in part; `not_started` never began. */
export type ChangeStatus = 'done' | 'failed' | 'cancelled' | 'skipped' | 'not_started';

export interface ChangeResult {
  readonly address: Address;
  readonly action: ChangeAction;
  readonly status: ChangeStatus;
  readonly duration_ms: number;
}

/** One result per change, in the order of the plan. */
export function changeResults(changes: readonly Change[], steps: readonly StepResult[]): readonly ChangeResult[] {
  const byObject = Map.groupBy(steps, changeKey);
  return changes.map((change) => {
    const { address, action } = change;
    const own = byObject.get(changeKey(change)) ?? [];
    const duration = own.reduce((sum, step) => sum + step.duration_ms, 0);
    return { address, action, status: statusOf(own), duration_ms: duration };
  });
}

function statusOf(steps: readonly StepResult[]): ChangeStatus {
  if (steps.every(({ status }) => status === 'done' || status === 'not_needed')) return 'done';
  if (steps.some((step) => step.status === 'failed')) return 'failed';
  if (steps.some((step) => step.status === 'skipped')) return 'skipped';
  return steps.some((step) => step.started_at !== null) ? 'cancelled' : 'not_started';
}

/** The failed or cancelled step that everything else waited for in vain, found through whatever was skipped between. */
export function rootOf(step: ToldStep, byId: ReadonlyMap<string, ToldStep>): string | null {
  const seen = new Set<string>();
  let root = step.skipped_because;
  while (root !== null && !seen.has(root)) {
    seen.add(root);
    const next = byId.get(root)?.skipped_because ?? null;
    if (next === null) return root;
    root = next;
  }
  return root;
}
