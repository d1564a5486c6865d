/**
 * The way back of a change that may not get done, planned ahead like all else: what a driver keeps aside, it brings back
 * itself; what was changed in place is changed back. Data never goes back. When it runs is decided in recovery-steps.ts.
 */
import type { DriverModel, StepsContext, StepSpec } from '../../drivers/driver.ts';
import type { ObjectReference } from '../../drivers/scope.ts';
import type { Change, Difference } from '../../model/change.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { RUN_STATE_PATH } from '../../model/field-path.ts';
import type { Facts } from '../../model/observed.ts';
import { member, scalarText } from '../../model/json.ts';
import type { PlannedWorld } from './planned-world.ts';

interface Kept {
  readonly name: string;
  readonly isStarted: boolean;
}

export interface Recovery {
  readonly change: Change;
  /** Empty where nothing can be brought back, and the change itself has to wait for all others. */
  readonly specs: readonly StepSpec[];
  /** Where a driver has kept what comes back: under which name it stands again, and whether it runs then. */
  readonly kept?: Kept;
}

export interface RecoveryContext {
  readonly environment: DesiredEnvironment;
  readonly models: ReadonlyMap<string, DriverModel>;
  readonly planned: PlannedWorld;
}

/** How a change goes back where the policies want that; `null` where it does not. `specs` are all of the driver's. */
export function recoveryOf(change: Change, specs: readonly StepSpec[], context: RecoveryContext): Recovery | null {
  const own = specs.filter(({ phase }) => phase === 'recover');
  if (own.length > 0) return { change, specs: own, kept: keptBy(own, change, context) };
  if (context.planned.isLeftover(change) || !goesBack(change, context.environment)) return null;
  const model = context.models.get(change.engine);
  const swapped = inverseOf(change, context.environment);
  if (change.action === 'delete' && swapped === null) return { change, specs: [] };
  if (swapped === null || model === undefined) return null;
  const given = contextBack(swapped, context.planned);
  const back = model.steps(reconsidered(swapped, model, given.facts), given);
  const wanted = back.filter(({ phase }) => phase !== 'discard' && phase !== 'recover');
  const specsBack = wanted.flatMap((spec) =>
    spec.address === change.address ? [spec] : neighbourBack(spec, change, context),
  );
  return { change, specs: specsBack.map((spec) => ({ ...spec, phase: 'recover' })) };
}

/**
 * What goes back reaches into a neighbour that the plan makes, too: what has taken its place by then, known by its name
 * alone, lets go. Where that goes back itself, it takes up by itself what it had before.
 */
function neighbourBack(
  spec: StepSpec,
  { engine }: Change,
  { environment, planned }: RecoveryContext,
): readonly StepSpec[] {
  const { address, phase, args } = spec;
  if (!planned.isMadeOrRemoved(address, engine)) return [spec];
  const resource = environment.resources.get(address);
  if (resource === undefined || (phase !== 'stop' && resource.on_failure === 'rollback')) return [];
  const { id: _, ...known } = args;
  return [{ ...spec, args: known }];
}

/** What was made anew is another object by then: it is found by its name alone. */
function contextBack(change: Change, planned: PlannedWorld): StepsContext {
  const context = { ...planned.contextOf(change), keepsAside: false, aside: null };
  if (change.action !== 'replace') return context;
  const observed = new Map(context.observed);
  observed.delete(change.address);
  const isItself = ({ type, name }: ObjectReference): boolean => type === change.type && name === change.name;
  return { ...context, observed, find: (object) => (isItself(object) ? null : context.find(object)) };
}

function keptBy(specs: readonly StepSpec[], { engine, name }: Change, { models }: RecoveryContext): Kept {
  const model = models.get(engine);
  return {
    name: scalarText(specs.at(-1)?.args['name'] ?? name),
    isStarted: specs.some((spec) => model?.life(spec) === 'start'),
  };
}

function goesBack({ type, address }: Change, { resources, policies }: DesiredEnvironment): boolean {
  if (type !== 'service' && (type !== 'network' || policies.rollback === 'service')) return false;
  return (resources.get(address)?.on_failure ?? policies.on_failure) === 'rollback';
}

/** The same change the other way round; `null` where there is nothing to go back to. */
function inverseOf(change: Change, { policies }: DesiredEnvironment): Change | null {
  const { action, before, after, differences } = change;
  const swapped = { ...change, before: after, after: before, differences: differences.map(inverseDifference) };
  switch (action) {
    case 'update':
      return differences.some(isSetting) ? swapped : null;
    case 'restart':
      // A new name that comes along stays: it is where the service is found.
      return differences.some(isSetting) && change.previous_address === null ? swapped : null;
    case 'replace':
      return change.type === 'network' ? swapped : null;
    case 'create':
      return policies.rollback === 'environment' ? { ...swapped, action: 'delete', reason: 'delete_by_request' } : null;
    case 'delete':
      return policies.rollback === 'environment' && change.type === 'service' ? restartOf(change) : null;
    case 'move':
      return null;
    default:
      return action satisfies never;
  }
}

/** Until every gate is open it is stopped at most: its removal waits. */
function restartOf(change: Change): Change | null {
  const { before } = change;
  const state = member(before, 'run_state');
  if (before === null || state !== 'running') return null;
  const difference: Difference = {
    field_path: RUN_STATE_PATH,
    before: 'stopped',
    after: state,
    cause: change.cause,
    severity: 'info',
    impact: null,
    effect: 'in_place',
    source: null,
  };
  const stopped = { ...before, run_state: 'stopped' };
  return {
    ...change,
    action: 'update',
    reason: 'not_running',
    before: stopped,
    after: before,
    differences: [difference],
  };
}

/** The way back may take more: there are settings that can be set and never lifted again. */
function reconsidered(change: Change, model: DriverModel, facts: Facts | null): Change {
  if (change.action !== 'update' && change.action !== 'restart') return change;
  const { type, after } = change;
  const differences = change.differences.map((difference): Difference => {
    const { field_path: path, before: from, after: to } = difference;
    return { ...difference, effect: model.effect(type, path, from, to, facts, after ?? {}) };
  });
  if (!differences.some(({ effect }) => effect === 'replace')) return { ...change, differences };
  // Made anew it would be started, whatever it did before.
  const config = isToRun(after) ? after : { ...after, run_state: 'stopped' };
  return { ...change, differences, action: 'replace', after: config };
}

function inverseDifference(difference: Difference): Difference {
  return { ...difference, before: difference.after, after: difference.before };
}

/** Whether something runs is a state, and the content of a file lies in the working tree: neither is a setting to return. */
function isSetting({ field_path: path }: Difference): boolean {
  return path !== RUN_STATE_PATH && !path.endsWith("['content']");
}

/** Whether there is something to prove of it: what never ran, or is stopped on purpose, passes no gate. */
export function isToRun(config: Change['before']): boolean {
  return !['stopped', 'created'].includes(scalarText(member(config, 'run_state')));
}
