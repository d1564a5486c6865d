/**
 * Gates as steps. What is started gets its own gate, so that a run ends with what really works; what starts behind a
 * dependency waits for that dependency's gate, also when the dependency itself does not change.
 */
import type { Address } from '../../model/address.ts';
import type { Dependency, DependencyCondition, DesiredEnvironment, DesiredResource } from '../../model/desired.ts';
import { memberAt } from '../../model/json.ts';
import type { ObservedObject } from '../../model/observed.ts';
import type { StepPhase } from '../../model/plan.ts';
import type { StepGraph } from './step-graph.ts';

export function addGates(
  graph: StepGraph,
  environment: DesiredEnvironment,
  observed: ReadonlyMap<Address, ObservedObject>,
): void {
  const gates = new Map<string, string>();
  const started = graph.addresses().filter((address) => graph.steps(address, ['start']).length > 0);

  for (const address of started) {
    const resource = environment.resources.get(address);
    if (resource !== undefined) gate(resource, ownCondition(resource), 'its own gate');
  }
  for (const address of started) {
    const resource = environment.resources.get(address);
    for (const dependency of resource?.dependencies ?? []) waitFor(address, dependency);
  }

  function waitFor(dependent: Address, dependency: Dependency): void {
    const resource = environment.resources.get(dependency.address);
    if (resource === undefined || isSurelyOpen(resource, dependency.condition)) return;
    const opened = gate(resource, dependency.condition, `${dependent} waits for it`);
    // Nothing is stopped for a dependency that turns out not to work, as long as that one does not change itself.
    const phases: readonly StepPhase[] = isTouched(resource.address) ? ['start'] : ['stop', 'start'];
    for (const step of graph.steps(dependent, phases)) {
      graph.order(opened, step, { optional: dependency.criticality === 'optional' });
    }
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
    return graph.steps(address, ['prepare', 'stop', 'alter', 'start', 'remove']).length > 0;
  }

  function gate(resource: DesiredResource, condition: DependencyCondition, cause: string): string {
    const key = `${resource.address} ${condition}`;
    const known = gates.get(key);
    if (known !== undefined) return known;
    const id = graph.add({
      address: resource.address,
      engine: resource.engine,
      phase: 'gate',
      verb: condition,
      args: { name: resource.name, condition },
      cause,
      changed: resource.address,
    });
    for (const step of graph.steps(resource.address, ['prepare', 'stop', 'alter', 'start'])) graph.order(step, id);
    gates.set(key, id);
    return id;
  }
}

/** What a resource must reach by itself: completion for what runs once, health where it is declared, else to be started. */
export function ownCondition(resource: DesiredResource): DependencyCondition {
  if (resource.config['run_state'] === 'completed') return 'service_completed_successfully';
  const test = memberAt(resource.config, 'health_check', 'test');
  const endpoints = memberAt(resource.config, 'health_check', 'endpoints');
  const isDisabled = Array.isArray(test) && test[0] === 'NONE';
  const isDeclared = (Array.isArray(test) && !isDisabled) || (endpoints !== null && Object.keys(endpoints).length > 0);
  return isDeclared ? 'service_healthy' : 'service_started';
}
