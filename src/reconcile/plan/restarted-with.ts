/** Who asked to be restarted with a dependency, directly or through others: `restart: true`. Pure. */
import type { Address } from '../../model/address.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';

/** Without those that are asked about. */
export function restartedWith(
  addresses: Iterable<Address>,
  { resources }: Pick<DesiredEnvironment, 'resources'>,
): readonly Address[] {
  const own = new Set(addresses);
  const reached = new Set(own);
  for (const address of reached) {
    for (const { address: dependent, dependencies } of resources.values()) {
      if (dependencies.some((one) => one.restart && one.address === address)) reached.add(dependent);
    }
  }
  return [...reached].filter((address) => !own.has(address));
}
