/**
 * From changes to steps. Drivers say which engine calls a change needs; the order between resources is decided here and
 * knows no engine: what is used exists before its users, a service starts behind the gates of its dependencies, images are
 * there before anything is stopped, and what goes away goes the other way round. Steps of phase `prepare` wait for no
 * gate: they touch nothing that runs.
 */
import type { LocatedObject, World } from '../../diff/world.ts';
import type { DriverModel, StepSpec } from '../../drivers/driver.ts';
import { type Address, typeOf } from '../../model/address.ts';
import type { Change } from '../../model/change.ts';
import type { DesiredEnvironment, DesiredResource } from '../../model/desired.ts';
import type { Recorded } from '../../model/observed.ts';
import type { Step, StepPhase } from '../../model/plan.ts';
import { addBackups } from './backup-steps.ts';
import { addGates } from './gate-steps.ts';
import { addStartHooks, addStopHooks } from './hook-steps.ts';
import { orderInside } from './inside-steps.ts';
import { orderNames } from './name-order.ts';
import { PlannedWorld } from './planned-world.ts';
import { type Recovery, recoveryOf } from './recovery.ts';
import { addRecoveries } from './recovery-steps.ts';
import { orderPorts } from './port-order.ts';
import { dependenciesOf, usesOf } from './relations.ts';
import { orderRestarts } from './restart-order.ts';
import { StepGraph } from './step-graph.ts';
import { addVmSnapshots } from './vm-snapshot-steps.ts';

export interface StepsInput {
  readonly environment: DesiredEnvironment;
  readonly world: World;
  readonly models: ReadonlyMap<string, DriverModel>;
  readonly destroyData: boolean;
  /** What the manifests declare, also where the plan wants nothing of it. */
  readonly declared: ReadonlyMap<Address, DesiredResource>;
  readonly recorded: Recorded;
  readonly fields: 'all' | 'run_state';
  /** Snapshots whose data is to be put back, by volume. */
  readonly restored: ReadonlyMap<Address, string>;
  /** What is left alone: nobody waits for its gate. */
  readonly unproved: ReadonlySet<Address>;
  /** Engines that are planned anew once they answer, with the VMs that they are in. */
  readonly later: ReadonlyMap<string, Address>;
}

export interface PlannedSteps {
  readonly steps: readonly Step[];
  /** The changes, with the neighbours that their steps restart in their impact. */
  readonly changes: readonly Change[];
}

export function stepsOf(changes: readonly Change[], input: StepsInput): PlannedSteps {
  const graph = new StepGraph();
  const { environment, world } = input;
  const planned = new PlannedWorld(changes, input);
  const recoveries: Recovery[] = [];
  for (const change of removalsFirst(changes)) {
    const specs = specsOf(change, input, planned);
    addChange(
      graph,
      change,
      specs.filter(({ phase }) => phase !== 'recover'),
      planned,
    );
    const recovery = recoveryOf(change, specs, { environment, models: input.models, planned });
    if (recovery !== null) recoveries.push(recovery);
  }
  const observed = Map.groupBy(world.ours(), ({ address }) => address);
  for (const address of graph.addresses()) {
    orderNeighbourSteps(graph, address);
    orderUses(graph, address, environment, observed.get(address) ?? []);
    orderStops(graph, address, observed.get(address) ?? []);
  }
  orderPulls(graph, input);
  orderPorts(graph, environment.resources, world.ours());
  orderNames(graph, changes, planned);
  addBackups(graph, changes, input);
  addVmSnapshots(graph, changes, input);
  addGates(graph, environment, { observed: planned.declared(), unproved: input.unproved });
  addStartHooks(graph, input);
  addRecoveries(graph, recoveries, environment);
  addStopHooks(graph, input);
  orderInside(graph, changes, input);
  orderRestarts(graph, world.ours());
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

/** What goes under an address goes before something else takes its place: on another engine, or under another name. */
function removalsFirst(changes: readonly Change[]): readonly Change[] {
  const byAddress = Map.groupBy(changes, ({ address }) => address);
  if (byAddress.size === changes.length) return changes;
  const isRemoval = ({ action }: Change): boolean => action === 'delete';
  return [...byAddress.values()].flatMap((group) => [
    ...group.filter(isRemoval),
    ...group.filter((change) => !isRemoval(change)),
  ]);
}

function specsOf(change: Change, { models }: StepsInput, planned: PlannedWorld): readonly StepSpec[] {
  const model = models.get(change.engine);
  const context = planned.contextOf(change);
  const specs = model?.steps(change, context) ?? [];
  // A change in place has no end of its own for what an earlier run left aside.
  const isOpen = context.aside !== null && !specs.some(({ phase }) => phase === 'discard');
  const ends = isOpen ? (model?.steps(asideLeft(change), context) ?? []) : [];
  return [...specs, ...ends].filter(
    ({ address }) => address === change.address || !planned.isMadeOrRemoved(address, change.engine),
  );
}

function asideLeft(change: Change): Change {
  return { ...change, action: 'update', reason: 'aside_left', differences: [], previous_address: null };
}

function addChange(graph: StepGraph, change: Change, specs: readonly StepSpec[], planned: PlannedWorld): void {
  const last = graph.lastOwnStep(change.address);
  let previous: readonly string[] = last === null ? [] : [last];
  const leftover = planned.isLeftover(change);
  for (const stage of stagesOf(specs, change.address)) {
    const ids = stage.map((spec) => {
      const isOwn = spec.address === change.address;
      return graph.add({
        ...spec,
        engine: change.engine,
        name: isOwn ? change.name : planned.nameOf(spec.address, change.engine),
        cause: causeText(change),
        changed: change.address,
        leftover: leftover && isOwn,
      });
    });
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
  observed: readonly LocatedObject[],
): void {
  for (const used of environment.resources.get(user)?.uses ?? []) {
    const ready = graph.steps(used, BUILDING).at(-1);
    if (ready === undefined) continue;
    for (const step of graph.steps(user, BUILDING)) graph.order(ready, step);
  }
  for (const { engine, object } of observed) {
    const released = graph.stepsOn({ address: user, engine, name: object.name }, TAKING_DOWN);
    for (const used of released.length === 0 ? [] : usesOf(object.configured)) {
      for (const step of graph.stepsAt(used, engine, ['alter', 'remove'])) {
        for (const needed of released) graph.order(needed, step);
      }
      // What is kept aside may need it again. What is made anew is there for it, too.
      if (graph.stepsAt(used, engine, BUILDING).length > 0) continue;
      for (const step of graph.stepsAt(used, engine, ['remove'])) {
        for (const discard of graph.steps(user, ['discard'])) graph.order(discard, step);
      }
    }
  }
}

/**
 * Dependents stop before what they depend on goes for good, and before the restart that takes them along. A restart that
 * does not concern them goes on beside them: they are restarted once their dependency is ready again, if at all.
 */
function orderStops(graph: StepGraph, dependent: Address, observed: readonly LocatedObject[]): void {
  const comesBack = (address: Address): boolean => graph.steps(address, ['start']).length > 0;
  for (const { engine, object } of observed) {
    const dependentObject = { address: dependent, engine, name: object.name };
    const stopping = graph.stepsOn(dependentObject, ['stop']);
    // That it is removed can wait.
    const stopped = stopping.length > 0 ? stopping : graph.stepsOn(dependentObject, ['remove']);
    for (const { address, restart } of stopped.length === 0 ? [] : dependenciesOf(object.configured)) {
      const [first] = graph.steps(address, TAKING_DOWN);
      if (first === undefined || (!restart && comesBack(dependent) && comesBack(address))) continue;
      for (const step of stopped) graph.order(step, first);
    }
  }
}

/** Nothing is stopped for an image that cannot be had: whoever needs it waits for its pull to be done, all others for its end. */
function orderPulls(graph: StepGraph, { environment: { resources }, later }: StepsInput): void {
  // What is in a VM that comes up first is pulled once it is up.
  const pulls = graph
    .inPhases(['prepare'])
    .filter(({ address, engine }) => typeOf(address) === 'image' && !later.has(engine));
  if (pulls.length === 0) return;
  for (const step of graph.inPhases(TAKING_DOWN)) {
    const needed = resources.get(step.address)?.uses ?? [];
    for (const pull of pulls) graph.order(pull.id, step.id, needed.includes(pull.address) ? 'done' : 'ended');
  }
}
