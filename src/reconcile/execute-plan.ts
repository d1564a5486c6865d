/** Carries out the steps of a plan, or of a stage of one, and tells of each change that is complete. */
import { typeOf } from '../model/address.ts';
import type { OnFailure } from '../model/desired.ts';
import { failureOf } from '../model/failure.ts';
import { scalarText } from '../model/json.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { StepResult } from '../model/run.ts';
import { ChangeLedger } from './change-ledger.ts';
import { type ExecuteOptions, executeSteps } from './execute/execute.ts';
import type { GateKeeper } from './gates/gate-keeper.ts';
import { maskedFailure } from './masked-failure.ts';
import { perform } from './perform.ts';
import type { RunContext } from './run-context.ts';

export interface Executed {
  readonly results: readonly StepResult[];
  /** The step whose failure lets no further change begin. */
  readonly stoppedBy: string | null;
}

/** One result per step. Never rejects. */
export async function executePlan(plan: Plan, context: RunContext, keeper: GateKeeper): Promise<Executed> {
  const { steps } = plan;
  const byId = new Map(steps.map((step) => [step.id, step]));
  const ledger = new ChangeLedger(plan, context.onChangeDone);
  const performing = { ...context, plan, byId, keeper };
  let stoppedBy: string | null = null;
  const results = await executeSteps(steps, {
    perform: (step, signal) =>
      perform(step, performing, signal).catch(async (error: unknown) => {
        const object = { type: typeOf(step.address), name: scalarText(step.args['name'] ?? step.name) };
        throw await keeper.blamed(step.engine, object, error, signal);
      }),
    failureOf: (error) => maskedFailure(failureOf(error), context.vault),
    evidenceOf: ({ address, name, args }, error) =>
      keeper.evidence({ address, name: scalarText(args['name'] ?? name) }, error),
    goesOnAfter: (step) => onFailureOf(step, plan, context) === 'continue',
    ...executing(context),
    onStopped: ({ id }) => {
      stoppedBy = id;
    },
    onEnd: (step, result) => {
      ledger.ended(step, result);
      context.emit({ type: 'step_ended', step, result });
    },
  });
  return { results, stoppedBy };
}

/** What all that is executed in a run has in common. */
export function executing(
  context: RunContext,
): Pick<ExecuteOptions, 'limits' | 'signal' | 'leave' | 'now' | 'onStart'> {
  return {
    limits: context.limits,
    signal: context.signal,
    ...(context.leave === undefined ? {} : { leave: context.leave }),
    now: context.now,
    onStart: (step) => context.emit({ type: 'step_started', step }),
  };
}

/** Of what no manifest declares any more, the environment's. */
export function onFailureOf(step: Step, plan: Plan, { environment }: RunContext): OnFailure {
  return environment.resources.get(step.changed)?.on_failure ?? plan.policies.on_failure;
}
