/**
 * From changes to steps. Drivers say which engine calls a change needs; the order between resources is decided here and
 * knows no engine: what is used exists before its users, a service starts behind the gates of its dependencies, and what
 * goes away goes the other way round. Steps of phase `prepare` wait for no gate: they touch nothing that runs.
 */
import type { World } from '../../diff/world.ts';
import type { DriverModel, StepsContext, StepSpec } from '../../drivers/driver.ts';
import type { Address } from '../../model/address.ts';
import type { Change } from '../../model/change.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import type { ObservedObject } from '../../model/observed.ts';
import type { Step, StepPhase } from '../../model/plan.ts';
import { addGates } from './gate-steps.ts';
import { orderPorts } from './port-order.ts';
import { dependenciesOf, usesOf } from './relations.ts';
import { StepGraph } from './step-graph.ts';

export interface StepsInput {
  readonly environment: DesiredEnvironment;
  readonly world: World;
  readonly models: ReadonlyMap<string, DriverModel>;
  readonly destroyData: boolean;
}

export interface PlannedSteps {
  readonly steps: readonly Step[];
  /** The changes, with the neighbours that their steps restart in their impact. */
  readonly changes: readonly Change[];
}

export function stepsOf(changes: readonly Change[], input: StepsInput): PlannedSteps {
  const graph = new StepGraph();
  const observed = observedByAddress(input.world);
  const onEngine = observedByEngine(input.world);
  const ordered = changes.toSorted(removalsFirst);
  const made = new Set(ordered.filter(isMadeOrRemoved).map((change) => change.address));
  for (const change of ordered) {
    addChange(graph, change, specsOf(change, input, onEngine.get(change.engine) ?? new Map(), made));
  }
  for (const address of graph.addresses()) {
    orderNeighbourSteps(graph, address);
    orderUses(graph, address, input.environment, observed.get(address) ?? null);
    orderStops(graph, address, observed.get(address) ?? null);
  }
  orderPorts(graph, input.environment.resources, input.world.ours());
  addGates(graph, input.environment, observed);
  const restarted = graph.restartedNeighbours();
  return {
    steps: graph.build(),
    changes: changes.map((change) => withRestarts(change, restarted.get(change.address) ?? [])),
  };
}

function withRestarts(change: Change, neighbours: readonly Address[]): Change {
  if (neighbours.length === 0) return change;
  const restarts = [...change.impact.restarts, ...neighbours];
  return { ...change, impact: { ...change.impact, restarts, connections_dropped: true, downtime: true } };
}

/** A resource that moves to another engine is removed on one and created on the other, in this order. */
function removalsFirst(left: Change, right: Change): number {
  if (left.address !== right.address) return 0;
  return Number(right.action === 'delete') - Number(left.action === 'delete');
}

/** What is itself made anew or removed lets go of its neighbours, and takes them up, by its own steps. */
function isMadeOrRemoved({ action }: Change): boolean {
  return action === 'create' || action === 'replace' || action === 'delete';
}

function specsOf(
  change: Change,
  input: StepsInput,
  observed: ReadonlyMap<Address, ObservedObject>,
  made: ReadonlySet<Address>,
): readonly StepSpec[] {
  const context: StepsContext = {
    facts: input.world.facts(change.engine),
    project: input.environment.project,
    environment: input.environment.name,
    desired: input.environment.resources,
    observed,
    destroyData: input.destroyData,
  };
  const specs = input.models.get(change.engine)?.steps(change, context) ?? [];
  return specs.filter(({ address }) => address === change.address || !made.has(address));
}

function addChange(graph: StepGraph, change: Change, specs: readonly StepSpec[]): void {
  let previous = graph.stepsOfChange(change.address).slice(-1);
  for (const stage of stagesOf(specs, change.address)) {
    const ids = stage.map((spec) =>
      graph.add({ ...spec, engine: change.engine, cause: causeText(change), changed: change.address }),
    );
    for (const id of ids) for (const needed of previous) graph.order(needed, id);
    previous = ids;
  }
}

/** One step after the other, but neighbours in one phase side by side: their own dependencies order them. */
function stagesOf(specs: readonly StepSpec[], changed: Address): readonly (readonly StepSpec[])[] {
  const stages: StepSpec[][] = [];
  for (const spec of specs) {
    const stage = stages.at(-1);
    const isBeside =
      spec.address !== changed &&
      stage?.every(({ address, phase }) => ![changed, spec.address].includes(address) && phase === spec.phase);
    if (stage !== undefined && isBeside === true) stage.push(spec);
    else stages.push([spec]);
  }
  return stages;
}

const RANKS: Readonly<Partial<Record<StepPhase, number>>> = { stop: 0, alter: 1, start: 2 };

/** Where changes of neighbours reach into a resource that changes too: down before altered, altered before up. */
function orderNeighbourSteps(graph: StepGraph, address: Address): void {
  const steps = graph.nodes(address).filter(({ phase }) => RANKS[phase] !== undefined);
  if (new Set(steps.map(({ changed }) => changed)).size < 2) return;
  for (const [index, step] of steps.entries()) {
    for (const [otherIndex, other] of steps.entries()) {
      const [rank, otherRank] = [RANKS[step.phase] ?? 0, RANKS[other.phase] ?? 0];
      const isBefore = rank < otherRank || (rank === otherRank && index < otherIndex);
      if (step.changed !== other.changed && isBefore) graph.order(step.id, other.id);
    }
  }
}

function causeText(change: Change): string {
  const fields = change.differences.map((difference) => difference.field_path);
  return fields.length === 0 ? change.reason : `${change.reason}: ${fields.join(', ')}`;
}

const BUILDING: readonly StepPhase[] = ['prepare', 'alter', 'start'];
const TAKING_DOWN: readonly StepPhase[] = ['stop', 'remove'];

/** Users are built after what they use; what is altered or removed waits until its users have let go of it. */
function orderUses(
  graph: StepGraph,
  user: Address,
  environment: DesiredEnvironment,
  observed: ObservedObject | null,
): void {
  for (const used of environment.resources.get(user)?.uses ?? []) {
    const ready = graph.steps(used, BUILDING).at(-1);
    if (ready === undefined) continue;
    for (const step of graph.steps(user, BUILDING)) graph.order(ready, step);
  }
  const released = graph.steps(user, TAKING_DOWN);
  for (const used of observed === null ? [] : usesOf(observed.configured)) {
    for (const step of graph.steps(used, ['alter', 'remove'])) {
      for (const needed of released) graph.order(needed, step);
    }
  }
}

/**
 * Dependents stop before what they depend on goes for good, and before the restart that takes them along. A restart that
 * does not concern them goes on beside them: they are restarted once their dependency is ready again, if at all.
 */
function orderStops(graph: StepGraph, dependent: Address, observed: ObservedObject | null): void {
  const stopped = graph.steps(dependent, TAKING_DOWN);
  if (observed === null || stopped.length === 0) return;
  const comesBack = (address: Address): boolean => graph.steps(address, ['start']).length > 0;
  for (const { address, restart } of dependenciesOf(observed.configured)) {
    const [first] = graph.steps(address, TAKING_DOWN);
    if (first === undefined || (!restart && comesBack(dependent) && comesBack(address))) continue;
    for (const step of stopped) graph.order(step, first);
  }
}

function observedByEngine(world: World): ReadonlyMap<string, ReadonlyMap<Address, ObservedObject>> {
  const engines = new Map<string, Map<Address, ObservedObject>>();
  for (const { engine, address, object } of world.ours()) {
    const found = engines.get(engine);
    if (found === undefined) engines.set(engine, new Map([[address, object]]));
    else found.set(address, object);
  }
  return engines;
}

function observedByAddress(world: World): ReadonlyMap<Address, ObservedObject> {
  return new Map(world.ours().map(({ address, object }) => [address, object]));
}
