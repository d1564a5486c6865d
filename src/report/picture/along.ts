/** Whom the changes of a plan take along: resources without a change of their own that restart or are reconnected with it. */
import type { Address } from '../../model/address.ts';
import type { ToldChange } from '../../model/change.ts';

export interface AlongWith {
  /** A restart outweighs a reconnection. */
  readonly verb: 'restarts' | 'is reconnected';
  /** The addresses of the changes, in the order of the plan. */
  readonly causes: readonly Address[];
}

export function alongWith(changes: readonly ToldChange[]): ReadonlyMap<Address, AlongWith> {
  const changed = new Set(changes.map(({ address }) => address));
  const restarts = causesBy(changes, ({ impact }) => impact.restarts);
  const reconnects = causesBy(changes, ({ impact }) => impact.reconnects);
  const along = new Map<Address, AlongWith>();
  for (const [address, causes] of reconnects) along.set(address, { verb: 'is reconnected', causes: [...causes] });
  for (const [address, causes] of restarts) along.set(address, { verb: 'restarts', causes: [...causes] });
  for (const address of changed) along.delete(address);
  return along;
}

function causesBy(
  changes: readonly ToldChange[],
  touched: (change: ToldChange) => readonly Address[],
): ReadonlyMap<Address, ReadonlySet<Address>> {
  const causes = new Map<Address, Set<Address>>();
  for (const change of changes) {
    for (const address of touched(change)) {
      causes.set(address, (causes.get(address) ?? new Set<Address>()).add(change.address));
    }
  }
  return causes;
}
