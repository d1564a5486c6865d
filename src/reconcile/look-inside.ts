/** Between the two stages of a run: waits for the engines inside of VMs, and plans the second stage with what they say. */
import { failureOf, TrueupError } from '../model/failure.ts';
import { scalarText } from '../model/json.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { StepResult } from '../model/run.ts';
import { executeSteps, type Performed } from './execute/execute.ts';
import { executing, onFailureOf } from './execute-plan.ts';
import { waitForEngine } from './gates/engine-answers.ts';
import { engineWithin } from './gates/health-check.ts';
import { maskedFailure } from './masked-failure.ts';
import { needing } from './plan/needing.ts';
import { restartedWith } from './plan/restarted-with.ts';
import type { RunContext } from './run-context.ts';
import { assertAnnounced } from './second-stage.ts';
import { addressesOf } from './stages.ts';

export interface ToLookInside {
  /** As it was shown. */
  readonly plan: Plan;
  /** The second stage as far as it was known ahead. */
  readonly second: readonly Step[];
  /** Looks that nobody can begin: their engines, and what needs what is there, are left out. */
  readonly lost: readonly Step[];
}

export interface LookedInside {
  /** `null` where no engine answered, or what is there goes further than what was shown. */
  readonly plan: Plan | null;
  /** Of the looks. */
  readonly results: readonly StepResult[];
}

/** Once each engine has answered, or will not, what is in those that did is planned. Never rejects. */
export async function lookInside(
  looks: readonly Step[],
  { lost, ...stage }: ToLookInside,
  context: RunContext,
): Promise<LookedInside> {
  // All at once, however few steps are carried out beside each other: each look waits for all of them.
  const waits = new Map(looks.map((look) => [look.id, silenceOf(look, context)]));
  let found: Plan | null = null;
  const perform = async (step: Step, signal: AbortSignal): Promise<Performed> => {
    const silence = await waits.get(step.id);
    if (silence !== null && silence !== undefined) throw silence.error;
    const ended = await Promise.all(looks.map(async (look) => ({ look, isLit: (await waits.get(look.id)) === null })));
    const silent = ended.filter(({ isLit }) => !isLit).map(({ look }) => look);
    const isOver = silent.some((look) => onFailureOf(look, stage.plan, context) !== 'continue');
    // One of them plans for all, and says what is wrong with that.
    const isPlanning = ended.find(({ isLit }) => isLit)?.look.id === step.id;
    if (isPlanning && !isOver) found = await planInside({ ...stage, lost: [...lost, ...silent] }, context, signal);
    return { outcome: {}, gate: null };
  };
  const results = await executeSteps(
    looks.map((look) => ({ ...look, depends_on: [] })),
    {
      perform,
      failureOf: (error) => maskedFailure(failureOf(error), context.vault),
      evidenceOf: () => Promise.resolve(null),
      goesOnAfter: () => true,
      ...executing(context),
      onEnd: (step, result) => context.emit({ type: 'step_ended', step, result }),
    },
  );
  return { plan: found, results };
}

function engineOf(look: Step): string {
  return scalarText(look.args['engine'] ?? look.engine);
}

/** Why an engine does not answer; `null` where it does. */
function silenceOf(look: Step, context: RunContext): Promise<{ readonly error: unknown } | null> {
  return waitInside(look, context).then(
    () => null,
    (error: unknown) => ({ error }),
  );
}

async function waitInside(step: Step, context: RunContext): Promise<void> {
  const name = engineOf(step);
  const connection = context.connections.get(name);
  if (connection === undefined) throw new TrueupError('engine_unreachable', `engine "${name}" is not connected`);
  const { observer, scope } = connection;
  const config = context.environment.resources.get(step.address)?.config ?? {};
  const timeoutMs = engineWithin(config);
  const told = (message: string): void => context.emit({ type: 'step_progress', step, message });
  await waitForEngine({ name, observer, scope, timeoutMs, now: context.now, told }, context.signal);
}

async function planInside(
  { plan, second, lost }: ToLookInside,
  { planSecond, environment }: RunContext,
  signal: AbortSignal,
): Promise<Plan> {
  if (planSecond === undefined) throw new TrueupError('internal', 'a second stage that nobody plans');
  const engines = new Set(lost.map(engineOf));
  const [dark = [], lit = []] = [true, false].map((isLost) =>
    (plan.second_stage ?? []).filter(({ engine }) => engines.has(engine) === isLost),
  );
  const declared = lit.flatMap(({ addresses }) => addresses);
  const targets = new Set(plan.inputs.targets);
  // Wherever they are: what they depend on comes up anew.
  const along = restartedWith(declared, environment).filter((address) => targets.size === 0 || targets.has(address));
  const unmet = needing(
    dark.flatMap(({ addresses }) => addresses),
    environment,
  );
  const meant = new Set([...addressesOf(second), ...declared, ...along]);
  const found = await planSecond(
    [...meant].filter((address) => !unmet.has(address)),
    engines,
    signal,
  );
  assertAnnounced(plan, found);
  return found;
}
