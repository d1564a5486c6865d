/** Between the two stages of a run: waits for the engines inside of VMs, and plans the second stage with what they say. */
import { failureOf, TrueupError } from '../model/failure.ts';
import { scalarText } from '../model/json.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { StepResult } from '../model/run.ts';
import { executeSteps } from './execute/execute.ts';
import { executing } from './execute-plan.ts';
import { waitForEngine } from './gates/engine-answers.ts';
import { engineWithin } from './gates/health-check.ts';
import { maskedFailure } from './masked-failure.ts';
import { restartedWith } from './plan/restarted-with.ts';
import type { RunContext } from './run-context.ts';
import { assertAnnounced } from './second-stage.ts';
import { addressesOf } from './stages.ts';

export interface LookedInside {
  /** `null` where an engine did not answer, or what is there goes further than what was shown. */
  readonly plan: Plan | null;
  /** Of the looks. */
  readonly results: readonly StepResult[];
}

/** `second` is the second stage as far as it was known ahead. Never rejects. */
export async function lookInside(
  looks: readonly Step[],
  second: readonly Step[],
  plan: Plan,
  context: RunContext,
): Promise<LookedInside> {
  let left = looks.length;
  let found: Plan | null = null;
  const results = await executeSteps(
    looks.map((look) => ({ ...look, depends_on: [] })),
    {
      perform: async (step, signal) => {
        await waitInside(step, context, signal);
        left -= 1;
        if (left === 0) found = await planInside(second, plan, context, signal);
        return { outcome: {}, gate: null };
      },
      failureOf: (error) => maskedFailure(failureOf(error), context.vault),
      evidenceOf: () => Promise.resolve(null),
      goesOnAfter: () => true,
      ...executing(context),
      onEnd: (step, result) => context.emit({ type: 'step_ended', step, result }),
    },
  );
  return { plan: found, results };
}

async function waitInside(step: Step, context: RunContext, signal: AbortSignal): Promise<void> {
  const name = scalarText(step.args['engine'] ?? step.engine);
  const connection = context.connections.get(name);
  if (connection === undefined) throw new TrueupError('engine_unreachable', `engine "${name}" is not connected`);
  const { observer, scope } = connection;
  const config = context.environment.resources.get(step.address)?.config ?? {};
  const timeoutMs = engineWithin(config);
  const told = (message: string): void => context.emit({ type: 'step_progress', step, message });
  await waitForEngine({ name, observer, scope, timeoutMs, now: context.now, told }, signal);
}

async function planInside(
  second: readonly Step[],
  plan: Plan,
  { planSecond, environment }: RunContext,
  signal: AbortSignal,
): Promise<Plan> {
  if (planSecond === undefined) throw new TrueupError('internal', 'a second stage that nobody plans');
  const declared = (plan.second_stage ?? []).flatMap(({ addresses }) => addresses);
  const targets = new Set(plan.inputs.targets);
  // Wherever they are: what they depend on comes up anew.
  const along = restartedWith(declared, environment).filter((address) => targets.size === 0 || targets.has(address));
  const found = await planSecond([...new Set([...addressesOf(second), ...declared, ...along])], signal);
  assertAnnounced(plan, found);
  return found;
}
