/** Host ports change hands in order: what takes one over starts once its holder is down. */
import type { Address } from '../../model/address.ts';
import type { DesiredResource } from '../../model/desired.ts';
import type { LocatedObject } from '../../diff/world.ts';
import { hostPortsOf } from './relations.ts';
import type { StepGraph } from './step-graph.ts';

/** A stop waits for no start, so that two services may also swap their ports. */
export function orderPorts(
  graph: StepGraph,
  desired: ReadonlyMap<Address, DesiredResource>,
  ours: readonly LocatedObject[],
): void {
  const releases = releasesOf(graph, ours);
  if (releases.size === 0) return;
  for (const address of graph.addresses()) {
    const starts = graph.steps(address, ['start']);
    const ports = starts.length === 0 ? [] : hostPortsOf(desired.get(address)?.config ?? {});
    for (const release of ports.flatMap((port) => releases.get(port) ?? [])) {
      if (release.holder !== address) for (const start of starts) graph.order(release.step, start);
    }
  }
}

interface Release {
  readonly holder: Address;
  readonly step: string;
}

/** The steps that set a host port free, by port. */
function releasesOf(graph: StepGraph, ours: readonly LocatedObject[]): ReadonlyMap<string, readonly Release[]> {
  const releases = new Map<string, Release[]>();
  for (const { address, engine, object } of ours) {
    const taken = graph.stepsOn({ address, engine, name: object.name }, ['stop', 'remove']);
    const steps = taken.map((step) => ({ holder: address, step }));
    if (steps.length === 0) continue;
    for (const port of hostPortsOf(object.configured)) releases.set(port, [...(releases.get(port) ?? []), ...steps]);
  }
  return releases;
}
