/** What the resources of an environment depend on and use, as edges for every drawing. In one order for equal input. */
import type { Address } from '../model/address.ts';
import type { Dependency, DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { compareText } from '../model/json.ts';

/** Points from a resource to what it depends on. */
export interface DependencyEdge {
  readonly from: Address;
  readonly to: Address;
  /** The condition and what is unusual about it; empty where a resource merely uses another. */
  readonly label: string;
  readonly optional: boolean;
}

export function dependencyEdges({ resources }: DesiredEnvironment): readonly DependencyEdge[] {
  return [...resources.values()].sort((left, right) => compareText(left.address, right.address)).flatMap(edgesOf);
}

function edgesOf({ address, dependencies, uses }: DesiredResource): readonly DependencyEdge[] {
  const used = uses.map((to): DependencyEdge => ({ from: address, to, label: '', optional: false }));
  return dependencies.map((dependency) => conditionEdge(address, dependency)).concat(used);
}

function conditionEdge(from: Address, { address: to, condition, restart, criticality }: Dependency): DependencyEdge {
  const optional = criticality === 'optional';
  const label = [condition, ...(optional ? ['optional'] : []), ...(restart ? ['restart'] : [])].join(', ');
  return { from, to, label, optional };
}
