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
import { brokenFor, type Cause, neverBegun, stagesOf, withFreshIds, withWaiting } from './stages.ts';

/**
 * Both stages, as one: what was carried out, and how it ended. What waits for an engine that cannot be looked at is left, and the
 * rest goes on, unless the failure is one after which nothing more is begun.
 */
export async function carryOut(plan: Plan, context: RunContext, keeper: GateKeeper): Promise<CarriedOut> {
  const { first, looks, second } = stagesOf(plan.steps);
  const begun = await executePlan({ ...plan, steps: first }, context, keeper);
  if (looks.length === 0) return { steps: plan.steps, results: begun.results, found: [] };
  const causes = new Map<string, Cause>();
  for (const look of looks) {
    const cause = context.signal.aborted ? null : (brokenFor(look, begun.results) ?? begun.stoppedBy);
    if (cause !== null || context.signal.aborted) causes.set(look.id, cause);
  }
  const unlooked = ended(looks, causes, context);
  const going = looks.filter(({ id }) => !causes.has(id));
  const looked = await lookInside(going, { plan, second, lost: looks.filter(({ id }) => causes.has(id)) }, context);
  for (const result of looked.results) if (result.status !== 'done') causes.set(result.id, result);
  const waiting = withWaiting(causes, second);
  const ofLooks = new Map([...unlooked, ...looked.results].map((result) => [result.id, result]));
  const results = [...begun.results, ...looks.flatMap(({ id }) => ofLooks.get(id) ?? [])];
  if (looked.plan === null) {
    // Not one engine was looked at, or what is inside of one is not to be touched: that ends all of it.
    const cause = [...causes.values()][0] ?? null;
    const all = new Map(second.map(({ id }) => [id, waiting.get(id) ?? cause]));
    return { steps: plan.steps, results: [...results, ...ended(second, all, context)], found: [] };
  }
  const steps = withFreshIds(looked.plan.steps, [...first, ...looks]);
  const known = new Set(steps.map(({ id }) => id));
  const spared = second.filter(({ id }) => !known.has(id));
  const unneeded = told(
    spared.map((step) => {
      const cause = waiting.get(step.id);
      return [step, cause === undefined ? unstarted(step, 'not_needed', null) : neverBegun(step, cause)];
    }),
    context,
  );
  const announced = new Set(plan.changes.map(changeKey));
  const found = looked.plan.changes.filter((change) => !announced.has(changeKey(change)));
  await context.onFound?.(found, steps);
  const rest = await executePlan({ ...looked.plan, steps }, context, keeper);
  return {
    steps: [...first, ...looks, ...spared, ...steps],
    results: [...results, ...unneeded, ...rest.results],
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

/** Those of the steps that have a cause for never having begun. */
function ended(steps: readonly Step[], causes: ReadonlyMap<string, Cause>, context: RunContext): readonly StepResult[] {
  const left = steps.filter(({ id }) => causes.has(id));
  return told(
    left.map((step) => [step, neverBegun(step, causes.get(step.id) ?? null)]),
    context,
  );
}

/** Tells of steps that never began. */
function told(results: readonly (readonly [Step, StepResult])[], { emit }: RunContext): readonly StepResult[] {
  for (const [step, result] of results) emit({ type: 'step_ended', step, result });
  return results.map(([, result]) => result);
}
