/** Who cannot do without others, directly or through others. Pure. */
import type { Address } from '../../model/address.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';

/** With those that are asked about. */
export function needing(
  addresses: Iterable<Address>,
  { resources }: Pick<DesiredEnvironment, 'resources'>,
): ReadonlySet<Address> {
  const reached = new Set(addresses);
  for (const address of reached) {
    for (const { address: dependent, dependencies, uses } of resources.values()) {
      const isNeeded = dependencies.some((one) => one.address === address && one.criticality === 'required');
      if (isNeeded || uses.includes(address)) reached.add(dependent);
    }
  }
  return reached;
}
