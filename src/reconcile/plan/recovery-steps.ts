/**
 * Where in the graph the way back stands. It begins once everything that it watches has ended: all of its own change, and
 * with `rollback: environment` whatever else the run brings about. Until then what a change would go back to is kept.
 */
import type { Address } from '../../model/address.ts';
import type { Change } from '../../model/change.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import type { StepSpec } from '../../drivers/driver.ts';
import type { StepPhase } from '../../model/plan.ts';
import { ownCondition } from './gate-steps.ts';
import { isToRun, type Recovery } from './recovery.ts';
import { usesOf } from './relations.ts';
import type { StepGraph, StepNode } from './step-graph.ts';

const WATCHED: readonly StepPhase[] = ['prepare', 'stop', 'alter', 'start', 'gate', 'settle'];

/** Adds what brings back, with the gate of what was brought back, once all else that can fail stands in the graph. */
export function addRecoveries(
  graph: StepGraph,
  recoveries: readonly Recovery[],
  environment: DesiredEnvironment,
): void {
  const watched = graph.inPhases(WATCHED).filter(({ leftover }) => !leftover);
  const byChange = Map.groupBy(watched, ({ changed }) => changed);
  const isWhole = environment.policies.rollback === 'environment';
  const everything = isWhole ? watched.filter((node) => isEverybodys(node, environment)) : [];
  // Of steps that wait for each other the last says enough: where it is done, all are.
  const ends = lastOf(everything);
  // What is no longer declared goes last: all else works by then, and stays as it is.
  const isAnyBuilt = recoveries.some(({ change }) => change.action !== 'delete');
  const chains: RecoveryChain[] = [];
  const settled = new Set<string>();
  for (const { change, specs, kept } of recoveries) {
    const { address, action } = change;
    const own = byChange.get(address) ?? [];
    if (isWhole) waitForAll(graph, address, ends);
    // Removals alone are no change that others would have to come back from.
    if (action === 'delete' && (specs.length === 0 || !isAnyBuilt)) continue;
    // What others need to be gone has to be gone: nothing is left that could be started again.
    if (action === 'delete' && goesEarly(graph, address, ends)) continue;
    // Where nothing can fail there is nothing to come back from.
    if (own.length + ends.length === 0) continue;
    const ids = addChain(graph, change, specs);
    const [first] = ids;
    if (first === undefined) continue;
    for (const node of [...own, ...ends]) graph.order(node.id, first, 'failed');
    keepUsed(graph, change, own, new Set());
    keepUsed(graph, change, everything, settled);
    chains.push({ change, first, last: ids.at(-1) ?? first });
    const { before } = change;
    const isAltered = change.type === 'service' && action !== 'create' && isToRun(before) && isToRun(change.after);
    const declared = environment.resources.get(address);
    if (declared === undefined || !(kept?.isStarted ?? isAltered)) continue;
    const { name } = kept ?? change;
    addGateOf(graph, { ...change, name, before: before ?? declared.config }, ids.at(-1) ?? first);
  }
  orderChains(graph, chains);
}

/** Whether its failure takes the environment back: not that of what goes, nor of what the others are to go on without. */
function isEverybodys({ changed }: StepNode, { resources }: DesiredEnvironment): boolean {
  const resource = resources.get(changed);
  return resource !== undefined && resource.on_failure !== 'continue';
}

function lastOf(nodes: readonly StepNode[]): readonly StepNode[] {
  const waited = new Set(
    nodes.flatMap(({ needs }) => [...needs].flatMap(([id, when]) => (when === 'done' ? [id] : []))),
  );
  return nodes.filter(({ id }) => !waited.has(id));
}

interface RecoveryChain {
  readonly change: Change;
  readonly first: string;
  readonly last: string;
}

/**
 * Networks are back before who joins them again; who joined them only now has left them before. What was new goes once
 * everybody has left it.
 */
function orderChains(graph: StepGraph, chains: readonly RecoveryChain[]): void {
  const networks = chains.filter(({ change }) => change.type === 'network');
  for (const user of networks.length === 0 ? [] : chains.filter(({ change }) => change.type === 'service')) {
    const { before, after } = user.change;
    const [had, has] = [before, after].map((config) => (config === null ? [] : usesOf(config)));
    for (const { change, first, last } of networks) {
      const isBack = change.action !== 'create' && had?.includes(change.address) === true;
      if (isBack) orderChain(graph, last, user.first);
      else if (has?.includes(change.address) === true) orderChain(graph, user.last, first);
    }
  }
}

/** Where two go from one network to the other and back, one of them has to go first. */
function orderChain(graph: StepGraph, needed: string, step: string): void {
  if (!graph.waitingFor(step).has(needed)) graph.order(needed, step, 'ended');
}

/**
 * What a service lets go of stays until it is sure that the service does not go back to it. What waits for one of these
 * removals cannot be waited for; those in `settled` wait for these causes already.
 */
function keepUsed(
  graph: StepGraph,
  { type, engine, before }: Change,
  causes: readonly StepNode[],
  settled: Set<string>,
): void {
  for (const used of type === 'service' && before !== null ? usesOf(before) : []) {
    if (graph.stepsAt(used, engine, ['prepare', 'alter', 'start']).length > 0) continue;
    for (const removal of graph.stepsAt(used, engine, ['remove'])) {
      if (!settled.has(removal)) orderBehind(graph, removal, causes);
      settled.add(removal);
    }
  }
}

/** What is kept is given up, and what is no longer declared goes, only once all is done that could take it back. */
function waitForAll(graph: StepGraph, address: Address, ends: readonly StepNode[]): void {
  const discards = graph.steps(address, ['discard']);
  const isRemoved = graph.steps(address, ['prepare', 'alter', 'start']).length === 0;
  // Also where it has to stop for others to start it is removed only then.
  const late = isRemoved ? [...discards, ...graph.steps(address, ['remove', 'stop'])] : discards;
  for (const step of late) orderBehind(graph, step, ends);
}

function goesEarly(graph: StepGraph, address: Address, ends: readonly StepNode[]): boolean {
  const waiting = graph.steps(address, ['remove']).map((step) => graph.waitingFor(step));
  return ends.some(({ id }) => waiting.some((ids) => ids.has(id)));
}

/** But for what waits for the step itself. */
function orderBehind(graph: StepGraph, step: string, causes: readonly StepNode[]): void {
  const waiting = graph.waitingFor(step);
  for (const { id } of causes) if (!waiting.has(id)) graph.order(id, step);
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
