/** Addresses that no manifest declares and that something is still known of: it is there, or it was applied. Pure. */
import { type Address, isAddress, keyOf } from '../model/address.ts';
import { compareText } from '../model/json.ts';
import { isOurs } from '../model/ownership.ts';
import type { Planned } from './planning.ts';

/** Sorted. `owners`: all ids are ours. */
export function undeclaredIn(planned: Planned, owners: readonly string[]): readonly Address[] {
  const { environment, recorded, observations } = planned;
  const known = new Set<Address>(Object.keys(recorded.resources).filter(isAddress));
  for (const observation of observations.observations.values()) {
    for (const object of observation.status === 'known' ? observation.objects : []) {
      const { ownership } = object;
      if (ownership?.environment === environment.name && isOurs(object, owners)) known.add(ownership.address);
    }
  }
  return [...known].filter((address) => !environment.resources.has(address)).sort(compareText);
}

/** What a word means among them: an address, or its key. */
export function undeclaredNamed(word: string, addresses: readonly Address[]): Address | null {
  const found = addresses.filter((address) => address === word || keyOf(address) === word);
  return found.length === 1 ? (found[0] ?? null) : null;
}
