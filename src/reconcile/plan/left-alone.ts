/** What of all that a plan leaves alone its changes cannot do without, and what nobody can judge because of it. Pure. */
import { isWanting } from '../../diff/leaving.ts';
import type { Finding } from '../../diff/findings.ts';
import { type Address, canRun, typeOf } from '../../model/address.ts';
import type { Change } from '../../model/change.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { compareText } from '../../model/json.ts';
import type { Step, StepPhase } from '../../model/plan.ts';
import { isMeantToRest } from '../../model/run-state.ts';

/** Whether a change starts something: then what it uses must be there, and what it waits for must run. */
export function bringsUp({ type, action, reason, after }: Change): boolean {
  if (!canRun(type) || action === 'delete' || isMeantToRest(after)) return false;
  return action !== 'update' || reason === 'not_running' || reason === 'aside_left';
}

/** Whether a step needs what its service uses: what is only altered may be to join a network, too. */
export function takesUp({ address, phase }: Step): boolean {
  return typeOf(address) === 'service' && TAKING_UP.includes(phase);
}

const TAKING_UP: readonly StepPhase[] = ['prepare', 'alter', 'start'];

/** Of what is left as it drifted: what steps cannot do without. They may be those of neighbours of what changes. */
export function neededBy(
  steps: readonly Step[],
  { resources }: DesiredEnvironment,
  drifted: ReadonlyMap<Address, Finding>,
): readonly Address[] {
  if (drifted.size === 0) return [];
  const needed = steps.flatMap((step) => {
    if (step.phase === 'gate') return [step.address];
    return takesUp(step) ? (resources.get(step.address)?.uses ?? []) : [];
  });
  return needed.filter((address) => {
    const finding = drifted.get(address);
    return finding !== undefined && isWanting(finding);
  });
}

export interface LeftAlone {
  readonly left: readonly Address[];
  /** Those whose dependents cannot be expected to work. */
  readonly broken: readonly Address[];
}

/** Whose gates say nothing of what was declared: what is left, and whatever depends on what is broken. Sorted. */
export function notProved({ resources }: DesiredEnvironment, { left, broken }: LeftAlone): readonly Address[] {
  const without = new Set(left);
  const reached = new Set(broken);
  for (const address of reached) {
    for (const { address: dependent, dependencies } of resources.values()) {
      if (dependencies.some((dependency) => dependency.address === address)) reached.add(dependent);
    }
  }
  for (const address of reached) without.add(address);
  return [...without].sort(compareText);
}
