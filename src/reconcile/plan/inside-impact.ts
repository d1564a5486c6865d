/** What a change of a VM does to what runs inside of it: it goes down with the VM, or is lost with it. Pure. */
import type { Address } from '../../model/address.ts';
import type { Change } from '../../model/change.ts';
import type { Taken } from './insides.ts';

/** The same changes, those of VMs with what is inside in their impact. */
export function withInsideImpact(changes: readonly Change[], taken: ReadonlyMap<Address, Taken>): readonly Change[] {
  if (taken.size === 0) return changes;
  return changes.map((change) => {
    const inside = taken.get(change.address);
    if (inside === undefined) return change;
    const { impact } = change;
    return {
      ...change,
      impact: {
        ...impact,
        restarts: distinct([...impact.restarts, ...inside.restarts]),
        connections_dropped: impact.connections_dropped || inside.restarts.length > 0,
        downtime: impact.downtime || inside.restarts.length > 0,
        data_loss: impact.data_loss || inside.data.length > 0,
        data_at_risk: distinct([...impact.data_at_risk, ...inside.data]),
      },
    };
  });
}

function distinct(addresses: readonly Address[]): readonly Address[] {
  return [...new Set(addresses)];
}
