/**
 * Lifecycle hooks as steps. `post_start` follows each start, before the gate, so that what has not been prepared by its
 * hooks counts as not started; `pre_stop` comes before each stop of what runs, once all that the stop waits for is done,
 * and the stop goes on however it ends. The hooks of what runs are those that it was last given, not those to come.
 */
import type { World } from '../../diff/world.ts';
import type { DriverModel } from '../../drivers/driver.ts';
import type { Address } from '../../model/address.ts';
import type { DesiredResource } from '../../model/desired.ts';
import { declaredHooks, type HookEvent } from '../../model/hooks.ts';
import { isJsonObject, type Json, type JsonObject, member, scalarText } from '../../model/json.ts';
import type { ObservedObject, Recorded } from '../../model/observed.ts';
import type { StepPhase } from '../../model/plan.ts';
import { isSecret } from '../../model/secret.ts';
import type { StepGraph, StepNode } from './step-graph.ts';

export interface HookContext {
  readonly world: World;
  readonly models: ReadonlyMap<string, DriverModel>;
  /** What the manifests declare, also where the plan wants nothing of it. */
  readonly declared: ReadonlyMap<Address, DesiredResource>;
  readonly recorded: Recorded;
  /** `run_state`: what is started is what is there, and not what is declared. */
  readonly fields: 'all' | 'run_state';
}

/** Once gates are there, and before recoveries are: they watch what starts, its hooks included. */
export function addStartHooks(graph: StepGraph, context: HookContext): void {
  for (const node of livesOf(graph, ['start'], 'start', context)) {
    const id = addPostStart(graph, node, startedHooks(node, context), context);
    if (id === null) continue;
    for (const gate of graph.nodes(node.address)) if (isGateOf(gate, node.id)) graph.order(id, gate.id);
  }
}

/** Once all that a stop waits for is known. The hooks of what recoveries bring back are its own. */
export function addStopHooks(graph: StepGraph, context: HookContext): void {
  for (const node of livesOf(graph, ['stop'], 'stop', context)) addPreStop(graph, node, context);
  for (const node of livesOf(graph, ['recover'], 'start', context)) {
    const id = addPostStart(graph, node, ownHooks('post_start', node, context), context);
    if (id === null) continue;
    for (const later of graph.nodes(node.address)) {
      if (later.id !== id && later.needs.get(node.id) === 'done') graph.order(id, later.id);
    }
  }
}

function livesOf(
  graph: StepGraph,
  phases: readonly StepPhase[],
  life: 'start' | 'stop',
  { models }: HookContext,
): readonly StepNode[] {
  return graph.inPhases(phases).filter((node) => models.get(node.engine)?.life(node) === life);
}

function addPreStop(graph: StepGraph, stop: StepNode, context: HookContext): void {
  if (objectOf(stop, context)?.status.run_state !== 'running') return;
  const hooks = ownHooks('pre_stop', stop, context);
  if (hooks.length === 0) return;
  const id = addHook(graph, 'pre_stop', stop, hooks, context);
  for (const [needed, when] of stop.needs) graph.order(needed, id, when);
  graph.order(id, stop.id, 'ended');
}

function addPostStart(
  graph: StepGraph,
  start: StepNode,
  hooks: readonly JsonObject[],
  context: HookContext,
): string | null {
  if (hooks.length === 0) return null;
  const id = addHook(graph, 'post_start', start, hooks, context);
  graph.order(start.id, id);
  return id;
}

function addHook(
  graph: StepGraph,
  event: HookEvent,
  node: StepNode,
  hooks: readonly JsonObject[],
  context: HookContext,
): string {
  const { address, engine, name, changed, leftover } = node;
  const inside = scalarText(node.args['name'] ?? name);
  const config = event === 'pre_stop' || !context.declared.has(address) ? runningConfig(node, context) : null;
  return graph.add({
    address,
    engine,
    name,
    phase: event === 'pre_stop' ? 'stop' : node.phase,
    verb: event,
    args: { name: inside, hooks, ...(config === null ? {} : { config }) },
    cause: event === 'pre_stop' ? 'it is stopped' : 'it is started',
    changed,
    leftover,
  });
}

/**
 * What a hook in something that runs shares with it: that may be another configuration than the declared one, or all that is
 * left of one. Only of its secrets the engine does not say what they are: they are taken from the manifests.
 */
function runningConfig(node: StepNode, context: HookContext): JsonObject | null {
  const configured = objectOf(node, context)?.configured;
  if (configured === undefined) return null;
  const declared = member(context.declared.get(node.address)?.config, 'environment_variables');
  const variables = Object.entries(memberOf(configured, 'environment_variables')).map(
    ([name, value]): [string, Json] => [name, isSecret(value) ? (member(declared, name) ?? value) : value],
  );
  return { process: member(configured, 'process'), environment_variables: Object.fromEntries(variables) };
}

function memberOf(config: JsonObject, name: string): JsonObject {
  const found = member(config, name);
  return isJsonObject(found) ? found : {};
}

function isGateOf(node: StepNode, start: string): boolean {
  return node.phase === 'gate' && node.needs.get(start) === 'done';
}

/** Of what is about to run: as declared, unless it is what is there already. */
function startedHooks(node: StepNode, context: HookContext): readonly JsonObject[] {
  const declared = declaredHooks(context.declared.get(node.address)?.config, 'post_start');
  return context.fields === 'all' && declared !== null ? declared : ownHooks('post_start', node, context);
}

/** As last applied; as the engine knows them where a run did not end or nothing is recorded; else as declared. */
function ownHooks(event: HookEvent, node: StepNode, context: HookContext): readonly JsonObject[] {
  const { recorded, declared } = context;
  const object = objectOf(node, context);
  const address = object?.ownership?.address ?? node.address;
  const known = Object.hasOwn(recorded.resources, address) ? recorded.resources[address] : undefined;
  const isIt = known?.engine === node.engine && known.name === (object?.name ?? node.name);
  const recordedHooks = declaredHooks(isIt ? known.config : null, event);
  const observedHooks = declaredHooks(object?.configured, event);
  return (
    (isIt && known.unfinished ? (observedHooks ?? recordedHooks) : (recordedHooks ?? observedHooks)) ??
    declaredHooks(declared.get(node.address)?.config, event) ??
    []
  );
}

function objectOf({ engine, name, args }: StepNode, { world }: HookContext): ObservedObject | null {
  return world.finder(engine)({ type: 'service', name: scalarText(args['name'] ?? name) });
}
