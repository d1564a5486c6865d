/**
 * What of two resources is compared, in the words of the source: a dependency on a service that has another name over there is the
 * same dependency, and a service's own name among its aliases is no alias. Pure.
 */
import { type Address, isAddress, keyOf, typeOf } from '../../model/address.ts';
import { type FieldPath, fieldPath } from '../../model/field-path.ts';
import {
  compareText,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  memberAt,
  scalarText,
} from '../../model/json.ts';
import type { ParityResource } from '../../model/parity.ts';

export interface CommonWords {
  /** All that is compared of a resource of the source. */
  ofSource(resource: ParityResource): JsonObject;
  /** All that is compared of a resource of the target. */
  ofTarget(resource: ParityResource): JsonObject;
  /** What a field says in the source itself. */
  inSource(resource: ParityResource, names: readonly string[]): Json;
  /** Where a field stands in the target, and what it says there in the target's own words. */
  inTarget(resource: ParityResource, names: readonly string[], value: Json): InTarget;
}

export interface InTarget {
  readonly path: FieldPath;
  readonly value: Json;
}

/** `partners` by the address in the source; `environment` is that of the target. */
export function commonWords(partners: ReadonlyMap<Address, Address>, environment: string): CommonWords {
  const [toSource, toTarget] = [new Map<string, string>(), new Map<string, string>()];
  for (const [source, target] of partners) {
    if (source === target) continue;
    for (const [one, other] of wordsOf(source, target)) {
      toSource.set(other, one);
      toTarget.set(one, other);
    }
  }
  // What has such a name in the target, too, is something else.
  for (const word of [...toTarget.keys()].filter((one) => !toSource.has(one))) {
    toSource.set(word, `${environment}/${word}`);
    toTarget.set(`${environment}/${word}`, word);
  }
  return {
    ofSource: (resource) => withoutOwnName(whole(resource, resource.dependencies), resource, toTarget),
    ofTarget: (resource) =>
      toSource.size === 0 ? whole(resource, resource.dependencies) : inWordsOf(resource, toSource),
    inSource: (resource, names) => memberAt(whole(resource, resource.dependencies), ...names),
    inTarget: (resource, names, value) => {
      if (toTarget.size === 0) return { path: fieldPath(...names), value };
      const [first = '', second, ...rest] = names;
      const isDependency = first === 'dependencies' && second !== undefined;
      const own = isDependency ? [first, toTarget.get(second) ?? second, ...rest] : names;
      return { path: fieldPath(...own), value: memberAt(whole(resource, resource.dependencies), ...own) };
    },
  };
}

/** Dependencies name services by key, and anything by address. */
function wordsOf(source: Address, target: Address): readonly (readonly [string, string])[] {
  const addresses = [source, target] as const;
  return typeOf(source) === 'service' ? [addresses, [keyOf(source), keyOf(target)]] : [addresses];
}

function inWordsOf(resource: ParityResource, words: ReadonlyMap<string, string>): JsonObject {
  const dependencies = Object.fromEntries(
    Object.entries(resource.dependencies).map(([key, settings]) => [words.get(key) ?? key, settings]),
  );
  return withoutOwnName(whole(resource, dependencies), resource, words);
}

/** Always a group, so that what is missing in it is missing by itself. */
function whole({ config }: ParityResource, dependencies: JsonObject): JsonObject {
  return { ...config, dependencies };
}

/** Of what has another name on the other side: where both are called the same, its name is an alias of both, or of none. */
function withoutOwnName(
  config: JsonObject,
  { address }: ParityResource,
  words: ReadonlyMap<string, string>,
): JsonObject {
  const other = words.get(address);
  const networks = memberAt(config, 'networking', 'networks');
  const networking = config['networking'];
  if (other === undefined || !isAddress(other) || !isJsonObject(networks) || !isJsonObject(networking)) return config;
  const renamed = Object.entries(networks).map(([name, attachment]): readonly [string, Json] => [
    name,
    isJsonObject(attachment)
      ? { ...attachment, aliases: withoutAlias(attachment['aliases'] ?? null, keyOf(address)) }
      : attachment,
  ]);
  return { ...config, networking: { ...networking, networks: Object.fromEntries(renamed) } };
}

function withoutAlias(aliases: Json, own: string): Json {
  return isJsonArray(aliases) ? aliases.filter((alias) => alias !== own) : aliases;
}

/** Aliases of a service, with another name in place of its own. */
export function aliasesOf(aliases: Json, from: string, to: string): Json {
  if (!isJsonArray(aliases)) return aliases;
  const names = aliases.map((alias) => (alias === from ? to : alias));
  return [...new Set(names)].toSorted((left, right) => compareText(scalarText(left), scalarText(right)));
}
