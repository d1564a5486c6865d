/** Run: carries out a plan against connected engines and ends with a look at every gate. */
import { canRun } from '../model/address.ts';
import type { PendingRestart } from '../model/change.ts';
import type { DesiredResource } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import type { Observation, ObservedObject } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import { isMeantToRest } from '../model/run-state.ts';
import { type GateCheck, type Run, RUN_FORMAT_VERSION, type RunStatus, type StepResult } from '../model/run.ts';
import { carryOut } from './carry-out.ts';
import { answerableFor } from './gates/answerable.ts';
import { withoutFallen } from './gates/fallen-meanwhile.ts';
import { GateKeeper, type Seen } from './gates/gate-keeper.ts';
import { pendingAfter } from './pending-after.ts';
import { rollbacksOf } from './rollbacks.ts';
import type { RunContext } from './run-context.ts';
import { withheldInside } from './second-stage.ts';

/** Never rejects for what an engine does: failures are data in the run. */
export async function runPlan(plan: Plan, context: RunContext): Promise<Run> {
  const startedAt = context.now();
  const keeper = new GateKeeper(context);
  const signal = context.leave === undefined ? context.signal : AbortSignal.any([context.signal, context.leave]);
  try {
    context.emit({ type: 'run_started', run: context.id, environment: plan.environment, steps: plan.steps });
    const done = await carryOut(plan, context, keeper);
    const { results: steps } = done;
    const { second } = done;
    const whole: Plan = {
      ...plan,
      steps: done.steps,
      changes: [...plan.changes, ...done.found],
      left_alone: [...new Set([...plan.left_alone, ...(second?.left_alone ?? [])])],
    };
    const withheld = second === undefined ? [] : withheldInside(plan, second);
    const isDone = statusOf(steps, [], signal) === 'succeeded';
    const { gates, pending } = isDone ? await lastLook(whole, { ...context, signal }, keeper) : NOT_LOOKED;
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
      rollbacks: rollbacksOf(whole, steps),
      ...(done.found.length === 0 ? {} : { found_inside: done.found }),
      ...(withheld.length === 0 ? {} : { withheld_inside: withheld }),
      ...(pending.length === 0 ? {} : { pending_restart: pending }),
    };
    context.emit({ type: 'run_ended', run });
    return run;
  } finally {
    await keeper.close();
  }
}

interface LastLook {
  readonly gates: readonly GateCheck[];
  readonly pending: readonly PendingRestart[];
}

const NOT_LOOKED: LastLook = { gates: [], pending: [] };

async function lastLook(plan: Plan, context: RunContext, keeper: GateKeeper): Promise<LastLook> {
  if (plan.mode === 'destroy') return NOT_LOOKED;
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
    const gates =
      context.leavesFallen === true ? await withoutFallen(checks, resources, { plan, keeper, signal }) : checks;
    return { gates, pending: pendingAfter(plan, context.environment, resources, seen) };
  } catch (error) {
    if (context.signal.aborted) return NOT_LOOKED;
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
