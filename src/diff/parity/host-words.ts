/** What the services of a side are reached by from each other: keys, aliases, host names and physical names. Pure. */
import { keyOf } from '../../model/address.ts';
import { isJsonArray, isJsonObject, member, memberAt } from '../../model/json.ts';
import type { ParitySide } from '../../model/parity.ts';

export function hostWords({ resources }: Pick<ParitySide, 'resources'>): ReadonlySet<string> {
  const words = new Set<string>();
  const add = (word: unknown): void => {
    if (typeof word === 'string' && word !== '') words.add(word);
  };
  for (const { type, address, name, config } of resources.values()) {
    if (type !== 'service') continue;
    [keyOf(address), name, memberAt(config, 'networking', 'hostname')].forEach(add);
    const networks = memberAt(config, 'networking', 'networks');
    for (const attachment of isJsonObject(networks) ? Object.values(networks) : []) {
      const aliases = member(attachment, 'aliases');
      if (isJsonArray(aliases)) aliases.forEach(add);
    }
  }
  return words;
}
