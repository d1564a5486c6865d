/**
 * Host ports that two imported services publish: on an engine only one of them can run, and no manifest takes both. What
 * runs keeps its port.
 */
import { compareText, type Json, type JsonObject, member, scalarText } from '../../model/json.ts';
import { objectAt } from './values.ts';

export interface Publisher {
  readonly key: string;
  readonly configured: JsonObject;
}

/** By key of the service and key of the port: who keeps it. */
export type PortRivals = ReadonlyMap<string, ReadonlyMap<string, string>>;

export function portRivals(services: readonly Publisher[]): PortRivals {
  const published = new Map<string, { readonly key: string; readonly address: Json }[]>();
  const rivals = new Map<string, Map<string, string>>();
  const inOrder = services.toSorted((left, right) => rank(left) - rank(right) || compareText(left.key, right.key));
  for (const { key, configured } of inOrder) {
    for (const [port, settings] of Object.entries(objectAt(configured, 'networking', 'ports'))) {
      const outside = member(settings, 'host_port');
      if (outside === null) continue;
      const id = `${scalarText(outside)}/${scalarText(member(settings, 'protocol') ?? 'tcp')}`;
      const address = member(settings, 'host_ip');
      const others = published.get(id) ?? [];
      const rival = others.find((other) => other.key !== key && overlap(other.address, address));
      if (rival === undefined) published.set(id, [...others, { key, address }]);
      else rivals.set(key, (rivals.get(key) ?? new Map<string, string>()).set(port, rival.key));
    }
  }
  return rivals;
}

function rank({ configured }: Publisher): number {
  return member(configured, 'run_state') === 'running' ? 0 : 1;
}

/** Two addresses are one to whoever listens on all of them. */
function overlap(left: Json, right: Json): boolean {
  return left === right || isAny(left) || isAny(right);
}

function isAny(address: Json): boolean {
  return address === null || address === '0.0.0.0' || address === '::';
}
