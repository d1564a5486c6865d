/**
 * Gates as steps. What is started gets its own gate, so that a run ends with what really works; what starts behind a
 * dependency waits for that dependency's gate, also when the dependency itself does not change.
 */
import type { Address } from '../../model/address.ts';
import type { Dependency, DependencyCondition, DesiredEnvironment, DesiredResource } from '../../model/desired.ts';
import { memberAt, scalarText } from '../../model/json.ts';
import type { ObservedObject } from '../../model/observed.ts';
import { isMeantToRest } from '../../model/run-state.ts';
import type { StepGraph } from './step-graph.ts';

/** What is started, and the gate that it waits for. */
interface Wait {
  readonly dependent: Address;
  readonly dependency: Address;
  readonly opened: string;
  readonly when: 'done' | 'ended';
}

export interface GatesInput {
  /** What is there of each declared resource. */
  readonly observed: ReadonlyMap<Address, ObservedObject>;
  /** What is left alone: nobody waits for its gate. */
  readonly unproved: ReadonlySet<Address>;
}

export function addGates(graph: StepGraph, environment: DesiredEnvironment, { observed, unproved }: GatesInput): void {
  const gates = new Map<string, string>();
  const isProved = (address: Address): boolean =>
    graph.steps(address, ['start']).length > 0 || graph.steps(address, ['discard']).length > 0;
  const started = graph.addresses().filter(isProved);

  for (const address of started) {
    const resource = environment.resources.get(address);
    if (resource === undefined || isMeantToRest(resource.config)) continue;
    const own = gate(resource, ownCondition(resource), 'its own gate');
    for (const step of graph.steps(address, ['settle', 'discard'])) graph.order(own, step);
  }
  const waits = started.flatMap((address) =>
    (environment.resources.get(address)?.dependencies ?? []).flatMap((dependency) => waitOf(address, dependency) ?? []),
  );
  for (const { dependent, dependency, opened, when } of waits) {
    // What has passed its gate under another name is found under its own only once it is settled.
    const ready = [opened, ...graph.steps(dependency, ['settle'])];
    for (const step of graph.steps(dependent, ['start'])) for (const needed of ready) graph.order(needed, step, when);
  }
  for (const wait of waits) for (const stop of graph.steps(wait.dependent, ['stop'])) stopLate(wait, stop);

  /**
   * Nothing is stopped for what may turn out not to work: what runs goes on until its dependency is ready for the new one.
   * Unless that needs it to let go first, of a volume or a port: then dependents stop before what they depend on.
   */
  function stopLate({ dependency, opened, when }: Wait, stop: string): void {
    if (!graph.needs(opened, stop)) {
      graph.order(opened, stop, when);
      return;
    }
    for (const step of graph.steps(dependency, ['stop'])) if (!graph.needs(stop, step)) graph.order(stop, step);
  }

  function waitOf(dependent: Address, dependency: Dependency): Wait | null {
    const resource = environment.resources.get(dependency.address);
    if (resource === undefined || unproved.has(dependency.address) || isSurelyOpen(resource, dependency.condition))
      return null;
    const opened = gate(resource, dependency.condition, `${dependent} waits for it`);
    return {
      dependent,
      dependency: resource.address,
      opened,
      when: dependency.criticality === 'optional' ? 'ended' : 'done',
    };
  }

  /** Only what an observation proves by itself; health is always looked at anew. */
  function isSurelyOpen(resource: DesiredResource, condition: DependencyCondition): boolean {
    if (resource.external) return true;
    if (isTouched(resource.address)) return false;
    const state = observed.get(resource.address)?.status.run_state;
    if (condition === 'service_started') return state === 'running' || state === 'completed';
    return condition === 'service_completed_successfully' && state === 'completed';
  }

  function isTouched(address: Address): boolean {
    return graph.steps(address, ['prepare', 'stop', 'alter', 'start', 'remove', 'discard']).length > 0;
  }

  function gate(resource: DesiredResource, condition: DependencyCondition, cause: string): string {
    const key = `${resource.address} ${condition}`;
    const known = gates.get(key);
    if (known !== undefined) return known;
    const id = graph.add({
      address: resource.address,
      engine: resource.engine,
      name: resource.name,
      phase: 'gate',
      verb: condition,
      args: { name: startedName(graph, resource), condition },
      cause,
      changed: resource.address,
      leftover: false,
    });
    for (const step of graph.steps(resource.address, ['prepare', 'stop', 'alter', 'start'])) graph.order(step, id);
    gates.set(key, id);
    return id;
  }
}

/** A successor is proved under the name under which it is started. */
function startedName(graph: StepGraph, { address, name }: DesiredResource): string {
  const started = graph.nodes(address).findLast((node) => node.phase === 'start' && node.changed === address);
  return scalarText(started?.args['name'] ?? name);
}

/** What a resource must reach by itself: completion for what runs once, health where it is declared, else to be started. */
export function ownCondition(resource: Pick<DesiredResource, 'config'>): DependencyCondition {
  // Of a VM or a cluster the rungs that are declared, be it only the lowest.
  if (memberAt(resource.config, 'ready') !== null) return 'service_healthy';
  if (resource.config['run_state'] === 'completed') return 'service_completed_successfully';
  const test = memberAt(resource.config, 'health_check', 'test');
  const endpoints = memberAt(resource.config, 'health_check', 'endpoints');
  const isDisabled = Array.isArray(test) && test[0] === 'NONE';
  const isDeclared = (Array.isArray(test) && !isDisabled) || (endpoints !== null && Object.keys(endpoints).length > 0);
  return isDeclared ? 'service_healthy' : 'service_started';
}
