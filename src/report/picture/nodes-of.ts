/** Every box of a picture, in the order of the addresses: what is there, what changes, and whom that takes along. */
import type { Address } from '../../model/address.ts';
import type { ToldChange } from '../../model/change.ts';
import { compareText } from '../../model/json.ts';
import { alongWith } from './along.ts';
import { changedNode, quietNode } from './nodes.ts';
import type { PictureNode } from './picture.ts';

export function nodesOf(there: readonly Address[], changes: readonly ToldChange[]): readonly PictureNode[] {
  const changesOf = Map.groupBy(changes, ({ address }) => address);
  const along = alongWith(changes);
  const addresses = new Set<Address>([...there, ...changesOf.keys(), ...along.keys()]);
  return [...addresses].sort(compareText).map((address) => {
    const own = changesOf.get(address);
    return own === undefined ? quietNode(address, along.get(address)) : changedNode(address, own);
  });
}
