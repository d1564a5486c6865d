/**
 * What the services of a side are reached by from each other: keys, aliases, host names and physical names, each with the service
 * that answers there. Services that are one on both sides have one name. Pure.
 */
import { type Address, keyOf, typeOf } from '../../model/address.ts';
import { isJsonArray, isJsonObject, member, memberAt } from '../../model/json.ts';
import type { ParityResource, ParitySide } from '../../model/parity.ts';
import { unseenOf } from './unseen.ts';

/** By the word, in small letters, the services that it reaches, in the words of both sides. */
export type HostWords = ReadonlyMap<string, ReadonlySet<string>>;

/** `nameOf` is the word of both sides for a service of this one. */
export function hostWords(
  side: Pick<ParitySide, 'resources' | 'unknown'>,
  nameOf: (address: Address) => string,
): HostWords {
  const reached = new Map<string, Set<string>>();
  const add = (word: unknown, address: Address): void => {
    if (typeof word !== 'string' || word === '') return;
    const host = word.toLowerCase();
    const names = reached.get(host);
    if (names === undefined) reached.set(host, new Set([nameOf(address)]));
    else names.add(nameOf(address));
  };
  for (const resource of side.resources.values()) {
    if (resource.type === 'service') wordsOf(resource).forEach((word) => add(word, resource.address));
  }
  for (const address of unseenOf(side)) if (typeOf(address) === 'service') add(keyOf(address), address);
  return reached;
}

function wordsOf({ address, name, config }: ParityResource): readonly unknown[] {
  const networks = memberAt(config, 'networking', 'networks');
  const attachments = isJsonObject(networks) ? Object.values(networks) : [];
  const aliases = attachments.map((attachment) => member(attachment, 'aliases')).filter(isJsonArray);
  return [keyOf(address), name, memberAt(config, 'networking', 'hostname'), ...aliases.flat()];
}
