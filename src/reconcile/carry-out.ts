/**
 * Carries out a plan in its stages. What was shown is carried out first, but for what waits for engines inside of VMs: that is
 * planned anew once they answer, and goes on in the same run.
 */
import { type Change, changeKey } from '../model/change.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { StepResult } from '../model/run.ts';
import { unstarted } from './execute/execute.ts';
import { executePlan } from './execute-plan.ts';
import type { GateKeeper } from './gates/gate-keeper.ts';
import { lookInside } from './look-inside.ts';
import type { RunContext } from './run-context.ts';
import { brokenFor, neverBegun, stagesOf, withFreshIds } from './stages.ts';

/** Both stages, as one: what was carried out, and how it ended. */
export async function carryOut(plan: Plan, context: RunContext, keeper: GateKeeper): Promise<CarriedOut> {
  const { first, looks, second } = stagesOf(plan.steps);
  const begun = await executePlan({ ...plan, steps: first }, context, keeper);
  if (looks.length === 0) return { steps: plan.steps, results: begun.results, found: [] };
  const broken = looks.flatMap((look) => brokenFor(look, begun.results) ?? [])[0];
  const cause = context.signal.aborted ? null : (broken ?? begun.stoppedBy);
  if (cause !== null || context.signal.aborted) {
    const left = ended([...looks, ...second], neverBegun([...looks, ...second], cause), context);
    return { steps: plan.steps, results: [...begun.results, ...left], found: [] };
  }
  const looked = await lookInside(looks, second, plan, context);
  if (looked.plan === null) {
    const failed = looked.results.find(({ status }) => status !== 'done') ?? null;
    const left = ended(second, neverBegun(second, failed), context);
    return { steps: plan.steps, results: [...begun.results, ...looked.results, ...left], found: [] };
  }
  const steps = withFreshIds(looked.plan.steps, [...first, ...looks]);
  const known = new Set(steps.map(({ id }) => id));
  const spared = second.filter(({ id }) => !known.has(id));
  const unneeded = ended(
    spared,
    spared.map((step) => unstarted(step, 'not_needed', null)),
    context,
  );
  const announced = new Set(plan.changes.map(changeKey));
  const found = looked.plan.changes.filter((change) => !announced.has(changeKey(change)));
  await context.onFound?.(found, steps);
  const rest = await executePlan({ ...looked.plan, steps }, context, keeper);
  return {
    steps: [...first, ...looks, ...spared, ...steps],
    results: [...begun.results, ...looked.results, ...unneeded, ...rest.results],
    found,
    second: looked.plan,
  };
}

export interface CarriedOut {
  readonly steps: readonly Step[];
  readonly results: readonly StepResult[];
  /** Changes that no plan has shown. */
  readonly found: readonly Change[];
  /** The plan of the second stage; absent where there was none, or it did not get there. */
  readonly second?: Plan;
}

/** Tells of steps that never began. */
function ended(steps: readonly Step[], results: readonly StepResult[], { emit }: RunContext): readonly StepResult[] {
  for (const [index, result] of results.entries()) {
    const step = steps[index];
    if (step !== undefined) emit({ type: 'step_ended', step, result });
  }
  return results;
}
