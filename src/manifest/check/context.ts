/** What the checks look at: one environment, resolved. */
import type { Address } from '../../model/address.ts';
import type { DesiredResource, EngineDeclaration } from '../../model/desired.ts';
import type { ServiceEntry } from '../resolve/entries.ts';
import type { VmOrClusterEntry } from '../resolve/vms-and-clusters.ts';
import type { Scope } from '../resolve/scope.ts';

export interface CheckContext {
  readonly scope: Scope;
  readonly profiles: readonly string[];
  readonly engines: Readonly<Record<string, EngineDeclaration>>;
  readonly entries: readonly ServiceEntry[];
  /** VMs and clusters. */
  readonly others: readonly VmOrClusterEntry[];
  readonly resources: ReadonlyMap<Address, DesiredResource>;
}

/** Whether something of this entry was left out because it does not fit the schema: what is missing is no mistake then. */
export function isBroken({ scope }: CheckContext, collection: string, key: string): boolean {
  return scope.broken.has(`${collection}.${key}`) || scope.broken.has(collection);
}
