/** What no manifest declares by itself: the disks of VMs come with them, and say nothing that the VM does not. Pure. */
import type { Address } from './address.ts';
import type { DesiredResource } from './desired.ts';

/** A VM uses no volume but its own disks. */
export function broughtAlong(resources: Iterable<DesiredResource>): ReadonlySet<Address> {
  const used = [...resources].filter(({ type }) => type === 'vm').flatMap(({ uses }) => uses);
  return new Set(used.filter((address) => address.startsWith('volume.')));
}
