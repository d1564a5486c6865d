/**
 * The way back of a change that may not get done, planned ahead like all else: what a driver keeps aside, it brings back
 * itself; what was changed in place is changed back. Recovery begins once everything that it watches has ended, and runs
 * only where something of its own resource began and something did not get done. Data never goes back.
 */
import type { DriverModel, ObjectReference, StepsContext, StepSpec } from '../../drivers/driver.ts';
import type { Address } from '../../model/address.ts';
import type { Change, Difference } from '../../model/change.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import type { Facts } from '../../model/observed.ts';
import { member, scalarText } from '../../model/json.ts';
import type { StepPhase } from '../../model/plan.ts';
import { ownCondition } from './gate-steps.ts';
import type { PlannedWorld } from './planned-world.ts';
import { usesOf } from './relations.ts';
import type { StepGraph, StepNode } from './step-graph.ts';

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
  const isWanted = ({ address, phase }: StepSpec): boolean =>
    phase !== 'discard' &&
    phase !== 'recover' &&
    (address === change.address || !context.planned.isMadeOrRemoved(address, change.engine));
  return { change, specs: back.filter(isWanted).map((spec) => ({ ...spec, phase: 'recover' })) };
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
    field_path: RUN_STATE,
    before: 'stopped',
    after: state,
    cause: change.cause,
    severity: 'info',
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
  return path !== RUN_STATE && !path.endsWith("['content']");
}

const RUN_STATE = "$['run_state']";

const WATCHED: readonly StepPhase[] = ['prepare', 'stop', 'alter', 'start', 'gate', 'settle'];

/** Whether there is something to prove of it: what never ran, or is stopped on purpose, passes no gate. */
function isToRun(config: Change['before']): boolean {
  return !['stopped', 'created'].includes(scalarText(member(config, 'run_state')));
}

/** Adds what brings back, with the gate of what was brought back, once all else that can fail stands in the graph. */
export function addRecoveries(
  graph: StepGraph,
  recoveries: readonly Recovery[],
  { policies, resources }: DesiredEnvironment,
): void {
  const isWhole = policies.rollback === 'environment';
  // What is no longer declared goes last: all else works by then, and stays as it is.
  const built = recoveries.filter(({ change }) => change.action !== 'delete');
  const watched = new Map(recoveries.map(({ change }) => [change.address, watchedOf(graph, change.address)]));
  const everything = isWhole ? [...new Set(built.flatMap(({ change }) => watched.get(change.address) ?? []))] : [];
  const gates = isWhole ? graph.inPhases(['gate']) : [];
  const chains: RecoveryChain[] = [];
  for (const { change, specs, kept } of recoveries) {
    const { address, action } = change;
    const own = watched.get(address) ?? [];
    if (isWhole) waitForAll(graph, address, gates);
    // Removals alone are no change that others would have to come back from.
    if (action === 'delete' && (specs.length === 0 || built.length === 0)) continue;
    const causes = isWhole ? [...new Set([...everything, ...own])] : own;
    // Where nothing can fail there is nothing to come back from.
    if (causes.length === 0) continue;
    const ids = addChain(graph, change, specs);
    const [first] = ids;
    if (first === undefined) continue;
    for (const node of causes) graph.order(node.id, first, 'failed');
    keepUsed(graph, change, causes);
    chains.push({ change, first, last: ids.at(-1) ?? first });
    const { before } = change;
    const isAltered = change.type === 'service' && action !== 'create' && isToRun(before) && isToRun(change.after);
    const declared = resources.get(address);
    if (declared === undefined || !(kept?.isStarted ?? isAltered)) continue;
    const { name } = kept ?? change;
    addGateOf(graph, { ...change, name, before: before ?? declared.config }, ids.at(-1) ?? first);
  }
  orderChains(graph, chains);
}

interface RecoveryChain {
  readonly change: Change;
  readonly first: string;
  readonly last: string;
}

/** Networks are back before who joins them again, and what was new goes once everybody has left it. */
function orderChains(graph: StepGraph, chains: readonly RecoveryChain[]): void {
  const networks = chains.filter(({ change }) => change.type === 'network');
  for (const user of networks.length === 0 ? [] : chains.filter(({ change }) => change.type === 'service')) {
    const { before, after } = user.change;
    const used = [before, after].flatMap((config) => (config === null ? [] : usesOf(config)));
    for (const { change, first, last } of networks.filter((network) => used.includes(network.change.address))) {
      if (change.action === 'create') graph.order(user.last, first, 'ended');
      else graph.order(last, user.first, 'ended');
    }
  }
}

/** What a service lets go of stays until it is sure that the service does not go back to it. */
function keepUsed(graph: StepGraph, { type, engine, before }: Change, causes: readonly StepNode[]): void {
  for (const used of type === 'service' && before !== null ? usesOf(before) : []) {
    if (graph.stepsAt(used, engine, ['prepare', 'alter', 'start']).length > 0) continue;
    for (const removal of graph.stepsAt(used, engine, ['remove'])) {
      for (const { id } of causes) if (!graph.needs(id, removal)) graph.order(id, removal);
    }
  }
}

function watchedOf(graph: StepGraph, address: Address): readonly StepNode[] {
  return graph.inPhases(WATCHED).filter(({ changed, leftover }) => changed === address && !leftover);
}

/** What is kept is given up, and what is no longer declared goes, only when every gate of the run is open. */
function waitForAll(graph: StepGraph, address: Address, gates: readonly StepNode[]): void {
  const discards = graph.steps(address, ['discard']);
  const isRemoved = graph.steps(address, ['prepare', 'alter', 'start']).length === 0;
  // Also where it has to stop for others to start it is removed only then.
  const late = isRemoved ? [...discards, ...graph.steps(address, ['remove', 'stop'])] : discards;
  for (const step of late) {
    for (const gate of gates) if (!graph.needs(gate.id, step)) graph.order(gate.id, step);
  }
}

function addChain(graph: StepGraph, change: Change, specs: readonly StepSpec[]): readonly string[] {
  const ids: string[] = [];
  for (const spec of specs) {
    const id = graph.add({
      ...spec,
      engine: change.engine,
      name: change.name,
      cause: 'its change did not get done',
      changed: change.address,
      leftover: false,
    });
    const previous = ids.at(-1);
    if (previous !== undefined) graph.order(previous, id);
    ids.push(id);
  }
  return ids;
}

function addGateOf(graph: StepGraph, { address, engine, name, before }: Change, back: string): void {
  const condition = ownCondition({ config: before ?? {} });
  const id = graph.add({
    address,
    engine,
    name,
    phase: 'gate',
    verb: condition,
    // It is proved by what it carries itself: the check that is declared now is that of what failed.
    args: { name, condition, restored: true },
    cause: 'what was brought back',
    changed: address,
    leftover: false,
  });
  graph.order(back, id);
}
