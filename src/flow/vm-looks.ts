/** What looks at engines show of VMs: what a plan was made from is what the world left. */
import type { Address } from '../model/address.ts';
import type { ObservedObject } from '../model/observed.ts';
import { vmStatusOf } from '../model/vm-status-of.ts';
import type { Planned } from './planning.ts';
import { findObject } from './status.ts';
import type { VmLedger } from './vm-ledger.ts';

/** Tells the ledger of each declared VM whose engine has answered. */
export function lookAtVms(
  ledger: VmLedger,
  { declared, observations: { observations } }: Pick<Planned, 'declared' | 'observations'>,
  owners: readonly string[],
): void {
  for (const resource of declared.resources.values()) {
    if (resource.type !== 'vm' || resource.external) continue;
    const observation = observations.get(resource.engine);
    if (observation?.status === 'unreachable' || observation === undefined) continue;
    const object = observation.status === 'known' ? findObject(observation.objects, resource, owners) : null;
    if (object === null) ledger.gone(resource.address);
    else see(ledger, resource.address, object);
  }
}

function see(ledger: VmLedger, address: Address, { id, born, status }: ObservedObject): void {
  const { details, reason, since } = status;
  const told = typeof details['created_at'] === 'string' ? details['created_at'] : null;
  ledger.seen(address, { id, status: vmStatusOf(status), reason, created_at: told ?? born ?? null, since });
}
