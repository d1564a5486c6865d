/** One step: a gate that is waited for, or an engine call between its two entries in the journal. */
import type { StepContext } from '../drivers/step-context.ts';
import type { Address } from '../model/address.ts';
import { claimKey } from '../model/adoption.ts';
import { TrueupError } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { Performed } from './execute/execute.ts';
import type { GateKeeper } from './gates/gate-keeper.ts';
import { performOwn } from './own-steps.ts';
import { ownVerbOf } from './plan/own-verbs.ts';
import type { RunContext } from './run-context.ts';
import { journalled } from './step-journal.ts';

export interface Performing extends RunContext {
  /** What is carried out. */
  readonly plan: Plan;
  readonly byId: ReadonlyMap<string, Step>;
  readonly keeper: GateKeeper;
}

/** Rejects with what kept the step from being done. */
export async function perform(step: Step, context: Performing, signal: AbortSignal): Promise<Performed> {
  const { keeper, byId } = context;
  if (step.phase === 'gate') return { outcome: {}, gate: await keeper.open(step, signal) };
  if (step.phase === 'start' && ownVerbOf(step) === null) {
    // What may fail need not be confirmed.
    const required = step.depends_on.filter(({ when }) => when === 'done');
    const gates = required.flatMap((dependency) => byId.get(dependency.step) ?? []);
    await keeper.confirm(
      step.address,
      gates.filter((gate) => gate.phase === 'gate'),
      signal,
    );
  }
  const outcome = await journalled(step, context.journal, () => call(step, context, signal));
  return { outcome, gate: null };
}

/** The engine call of a step. */
async function call(step: Step, context: Performing, signal: AbortSignal): Promise<JsonObject> {
  const connection = context.connections.get(step.engine);
  if (connection === undefined) throw new TrueupError('engine_unreachable', `engine "${step.engine}" is not connected`);
  const actuator = await connection.actuator();
  const stepContext: StepContext = {
    signal,
    vault: context.vault,
    owners: context.owners,
    claimed: claimedOn(step.engine, context.plan),
    run: context.id,
    ownership: {
      owner: context.owners[0] ?? '',
      project: context.environment.project,
      environment: context.environment.name,
      checkout: context.checkout,
      revision: context.environment.revision.commit,
    },
    progress: (message) => context.emit({ type: 'step_progress', step, message }),
  };
  const verb = ownVerbOf(step);
  if (verb === null) return actuator.run(step, stepContext);
  const { environment, backups = null, now } = context;
  return performOwn(verb, step, { environment, connection, actuator, step: stepContext, backups, now });
}

/** As the plan met it: what came since under such a name is nothing that a person agreed to. */
function claimedOn(engine: string, { adopted = [] }: Plan): ReadonlyMap<string, Address> {
  return new Map(adopted.filter((one) => one.engine === engine).map((one) => [claimKey(one), one.address]));
}
