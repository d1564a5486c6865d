/** Run: carries out a plan against connected engines and ends with a look at every gate. */
import type { StepContext } from '../drivers/driver.ts';
import { type Address, canRun, typeOf } from '../model/address.ts';
import { claimKey } from '../model/adoption.ts';
import type { Change } from '../model/change.ts';
import type { DesiredResource, OnFailure } from '../model/desired.ts';
import { type Failure, failureOf, TrueupError } from '../model/failure.ts';
import type { Observation, ObservedObject } from '../model/observed.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, scalarText } from '../model/json.ts';
import type { Plan, Step } from '../model/plan.ts';
import { isMeantToRest } from '../model/run-state.ts';
import { type GateCheck, type Run, RUN_FORMAT_VERSION, type RunStatus, type StepResult } from '../model/run.ts';
import type { Vault } from '../model/secret.ts';
import { ChangeLedger } from './change-ledger.ts';
import { executeSteps, type Performed } from './execute/execute.ts';
import type { Limits } from './execute/ready-steps.ts';
import { type Backups, performOwn } from './own-steps.ts';
import { ownVerbOf } from './plan/own-verbs.ts';
import { rollbacksOf } from './rollbacks.ts';
import { journalled, type StepJournal } from './step-journal.ts';
import { answerableFor } from './gates/answerable.ts';
import { withoutFallen } from './gates/fallen-meanwhile.ts';
import { GateKeeper, type GateKeeperContext, type Seen } from './gates/gate-keeper.ts';

export interface RunContext extends GateKeeperContext {
  readonly id: string;
  /** All ids are ours; the first is written on what is created. */
  readonly owners: readonly string[];
  readonly checkout: string | null;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  /** Aborts for who is to leave soon and in order: what has begun is carried on up to its gate, and no further. */
  readonly leave?: AbortSignal;
  /** Milliseconds since the epoch. */
  now(): number;
  /** What the plan was made from, moments ago: as good as another look where nothing was done since. */
  readonly observations?: ReadonlyMap<string, Observation>;
  /** A change of which every step is done, so that it can be recorded. */
  onChangeDone(change: Change): void;
  /** Whether what falls meanwhile is left, and says nothing of the run, where its drift policy is not to heal; absent: no. */
  readonly leavesFallen?: boolean;
  /** What the last look is at: all of it, or what the run touches with what rests on that; absent: all. */
  readonly answersFor?: 'all' | 'touched';
  /** Where each call that changes something is written down; absent for what nobody has to finish. */
  readonly journal?: StepJournal;
  /** Where snapshots of volumes are kept; absent where none is ever taken. */
  readonly backups?: Backups;
}

/** Never rejects for what an engine does: failures are data in the run. */
export async function runPlan(plan: Plan, context: RunContext): Promise<Run> {
  const startedAt = context.now();
  const keeper = new GateKeeper(context);
  const signal = context.leave === undefined ? context.signal : AbortSignal.any([context.signal, context.leave]);
  try {
    context.emit({ type: 'run_started', run: context.id, environment: plan.environment, steps: plan.steps });
    const steps = await carryOut(plan, context, keeper);
    const gates =
      statusOf(steps, [], signal) === 'succeeded' ? await lastLook(plan, { ...context, signal }, keeper) : [];
    const run: Run = {
      format_version: RUN_FORMAT_VERSION,
      id: context.id,
      environment: plan.environment,
      project: plan.project,
      revision: plan.revision,
      mode: plan.mode,
      started_at: new Date(startedAt).toISOString(),
      duration_ms: Math.round(context.now() - startedAt),
      status: statusOf(steps, gates, signal),
      steps,
      gates,
      rollbacks: rollbacksOf(plan, steps),
    };
    context.emit({ type: 'run_ended', run });
    return run;
  } finally {
    await keeper.close();
  }
}

interface Running extends RunContext {
  readonly plan: Plan;
}

async function carryOut(plan: Plan, context: RunContext, keeper: GateKeeper): Promise<readonly StepResult[]> {
  const byId = new Map(plan.steps.map((step) => [step.id, step]));
  const ledger = new ChangeLedger(plan, context.onChangeDone);
  const running: Running = { ...context, plan };
  const results = await executeSteps(plan.steps, {
    perform: (step, signal) =>
      perform(step, byId, running, keeper, signal).catch(async (error: unknown) => {
        const object = { type: typeOf(step.address), name: scalarText(step.args['name'] ?? step.name) };
        throw await keeper.blamed(step.engine, object, error, signal);
      }),
    failureOf: (error) => masked(failureOf(error), context.vault),
    evidenceOf: ({ address, name, args }, error) =>
      keeper.evidence({ address, name: scalarText(args['name'] ?? name) }, error),
    goesOnAfter: (step) => onFailureOf(step, plan, context) === 'continue',
    limits: context.limits,
    signal: context.signal,
    ...(context.leave === undefined ? {} : { leave: context.leave }),
    now: context.now,
    onStart: (step) => context.emit({ type: 'step_started', step }),
    onEnd: (step, result) => {
      ledger.ended(step, result);
      context.emit({ type: 'step_ended', step, result });
    },
  });
  return results;
}

/** Of what no manifest declares any more, the environment's. */
function onFailureOf(step: Step, plan: Plan, { environment }: RunContext): OnFailure {
  return environment.resources.get(step.changed)?.on_failure ?? plan.policies.on_failure;
}

/** Engines quote commands and addresses in their errors; what is secret in them must not reach a report. */
function masked(failure: Failure, vault: Vault): Failure {
  const next = failure.next === null ? null : vault.mask(failure.next);
  return { ...failure, message: vault.mask(failure.message), fields: maskedFields(failure.fields, vault), next };
}

function maskedFields(fields: JsonObject, vault: Vault): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, maskedValue(value, vault)]));
}

function maskedValue(value: Json, vault: Vault): Json {
  if (typeof value === 'string') return vault.mask(value);
  if (isJsonArray(value)) return value.map((item) => maskedValue(item, vault));
  return isJsonObject(value) ? maskedFields(value, vault) : value;
}

async function perform(
  step: Step,
  byId: ReadonlyMap<string, Step>,
  context: Running,
  keeper: GateKeeper,
  signal: AbortSignal,
): Promise<Performed> {
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
async function call(step: Step, context: Running, signal: AbortSignal): Promise<JsonObject> {
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

async function lastLook(plan: Plan, context: RunContext, keeper: GateKeeper): Promise<readonly GateCheck[]> {
  if (plan.mode === 'destroy') return [];
  const targets = new Set(plan.inputs.targets);
  const leftAlone = new Set(plan.left_alone);
  const { resources: declared } = context.environment;
  const answers = context.answersFor === 'touched' ? answerableFor(plan, declared) : null;
  const resources = [...declared.values()].filter(
    ({ address, ...resource }) =>
      isGated(resource) &&
      !leftAlone.has(address) &&
      (targets.size === 0 || targets.has(address)) &&
      answers?.has(address) !== false,
  );
  try {
    const seen = await lookAtAll(plan, resources, context, keeper);
    const { signal } = context;
    const checks = await Promise.all(resources.map((resource) => keeper.check(resource, seen(resource), signal)));
    return context.leavesFallen === true ? await withoutFallen(checks, resources, { plan, keeper, signal }) : checks;
  } catch (error) {
    if (context.signal.aborted) return [];
    throw error;
  }
}

/** One look for all gates, or none where the plan's own is still true. */
async function lookAtAll(
  plan: Plan,
  resources: readonly DesiredResource[],
  context: RunContext,
  keeper: GateKeeper,
): Promise<(resource: DesiredResource) => Seen> {
  const observations = new Map<string, Observation>();
  const known = plan.steps.length === 0 ? context.observations : undefined;
  const looks = [...Map.groupBy(resources, (resource) => resource.engine)].map(async ([engine, placed]) => {
    observations.set(engine, known?.get(engine) ?? (await keeper.lookAt(engine, placed, context.signal)));
  });
  await Promise.all(looks);
  const seen = new Map<string, ReadonlyMap<string, ObservedObject>>();
  for (const [engine, observation] of observations) {
    if (observation.status !== 'known') continue;
    seen.set(engine, new Map(observation.objects.map((object) => [`${object.type} ${object.name}`, object])));
  }
  return ({ engine, type, name }) => {
    const objects = seen.get(engine);
    return objects === undefined ? undefined : (objects.get(`${type} ${name}`) ?? null);
  };
}

function isGated(resource: Pick<DesiredResource, 'type' | 'external' | 'config'>): boolean {
  return canRun(resource.type) && !resource.external && !isMeantToRest(resource.config);
}

function statusOf(steps: readonly StepResult[], gates: readonly GateCheck[], signal: AbortSignal): RunStatus {
  if (signal.aborted) return isOwnFailure(signal.reason) ? 'failed' : 'cancelled';
  const isDone =
    steps.every(({ status }) => status === 'done' || status === 'not_needed') && gates.every((gate) => gate.met);
  return isDone ? 'succeeded' : 'failed';
}

/** What nobody asked for, and keeps the run from going on: that it can write nothing down any more. */
function isOwnFailure(reason: unknown): boolean {
  return reason instanceof TrueupError && reason.code === 'state_unwritable';
}
