/** Counts the steps of each change down, so that a change is known the moment it is complete. */
import { type Change, changeKey } from '../model/change.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { StepResult } from '../model/run.ts';

/** Tells two changes of one address apart; a neighbour's steps count for the neighbour. */
export class ChangeLedger {
  readonly #open = new Map<string, number>();
  readonly #changes: ReadonlyMap<string, Change>;
  readonly #done: (change: Change) => void;

  constructor(plan: Plan, done: (change: Change) => void) {
    this.#done = done;
    this.#changes = new Map(plan.changes.map((change) => [changeKey(change), change]));
    for (const step of plan.steps) {
      if (!counts(step)) continue;
      const key = changeKey(step);
      this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
    }
  }

  ended(step: Step, result: StepResult): void {
    if (!counts(step) || result.status !== 'done') return;
    const key = changeKey(step);
    const left = (this.#open.get(key) ?? 0) - 1;
    this.#open.set(key, left);
    const change = this.#changes.get(key);
    if (left === 0 && change !== undefined) this.#done(change);
  }
}

/** A change is complete without its gate, without what there was for the case that it fails, and whatever a hook says of its stop. */
function counts({ phase, verb }: Step): boolean {
  return phase !== 'gate' && phase !== 'recover' && verb !== 'pre_stop';
}
