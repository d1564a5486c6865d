/**
 * The networks that a container joins, each under its manifest key. A network that is gone is none: its container has to
 * be attached anew, although the engine still lists it. Addresses and MACs that the engine chose are no fields.
 */
import {
  isJsonArray,
  type Json,
  type JsonObject,
  compareText,
  jsonEqual,
  memberAt,
  member,
} from '../../../model/json.ts';
import { keyOf } from '../../../model/address.ts';
import type { ContainerInspect, EndpointSettings } from '../api/wire.ts';
import { ownershipFrom } from '../labels.ts';
import type { FieldGroup } from './group.ts';
import { shortId } from './hostname.ts';
import { canonicalAddress } from './ip.ts';
import { membersOf, nested, textAt } from './parts.ts';
import { HOST, isPredefined, NONE } from './predefined.ts';

const FIELD = ['networking', 'networks'] as const;

export const attachments: FieldGroup = {
  fields: [FIELD],

  request(config, { key, networks, facts }) {
    const joined = Object.entries(membersOf(memberAt(config, ...FIELD)))
      .sort(([left], [right]) => compareText(left, right))
      .map(([network, attachment]): [string, EndpointSettings] => {
        const name = networks[network]?.name ?? network;
        return [name, endpointSettings(key, attachment, name)];
      });
    const [first] = joined;
    if (first === undefined) return { host: { NetworkMode: 'none' } };
    // The others are connected before the first start.
    const atCreate = facts.endpoints_at_create ? joined : [first];
    // The network that the mode names must be there at every start, whatever the container is attached to by then.
    const mode = isPredefined(first[0]) ? first[0] : 'bridge';
    return { host: { NetworkMode: mode }, endpoints: Object.fromEntries(atCreate) };
  },

  read(inspect, { names }) {
    const found = Object.entries(inspect.NetworkSettings.Networks ?? {}).flatMap(
      ([name, endpoint]): [string, Json][] => {
        const key = names.network(name, endpoint.NetworkID ?? '');
        return key === null ? [] : [[key, attachmentFrom(inspect, name, endpoint)]];
      },
    );
    return { configured: nested(FIELD, Object.fromEntries(found)), defaults: {} };
  },

  comparable(config) {
    const joined = Object.entries(membersOf(memberAt(config, ...FIELD))).filter(([key]) => key !== NONE);
    return nested(FIELD, Object.fromEntries(joined));
  },

  equal({ names, desired, observed, whole }) {
    const field = names.at(-1);
    if (field === 'aliases') return sameAliases(desired, observed, textAt(whole, 'networking', 'hostname'));
    if (field !== 'ipv4_address' && field !== 'ipv6_address') return false;
    return typeof desired === 'string' && typeof observed === 'string' && sameAddress(desired, observed);
  },

  effect({ names }) {
    return names[2] === HOST ? 'replace' : 'in_place';
  },
};

/**
 * How a container joins a network: `key` is the service's, always one of its names there. Only what is `nameless`, because
 * another one still has these names, has none but its own.
 */
export function endpointSettings(key: string, attachment: Json, networkName: string): EndpointSettings {
  const [ipv4, ipv6] = [textAt(attachment, 'ipv4_address'), textAt(attachment, 'ipv6_address')];
  const declared = aliasesOf(attachment);
  const isNameless = isPredefined(networkName) || member(attachment, 'nameless') === true;
  const aliases = isNameless ? declared.filter((alias) => alias !== key) : withKey(declared, key);
  return {
    ...(aliases.length === 0 ? {} : { Aliases: aliases }),
    ...(ipv4 === null && ipv6 === null
      ? {}
      : {
          IPAMConfig: {
            ...(ipv4 === null ? {} : { IPv4Address: ipv4 }),
            ...(ipv6 === null ? {} : { IPv6Address: canonicalAddress(ipv6) }),
          },
        }),
  };
}

function attachmentFrom({ Id, Config }: ContainerInspect, name: string, endpoint: EndpointSettings): JsonObject {
  const address = ownershipFrom(Config.Labels)?.address;
  const own = address === undefined ? [] : [keyOf(address)];
  // Engine 20.10 adds the short id and the host name once the container runs.
  const added = [shortId(Id), Config.Hostname ?? ''].filter((alias) => !own.includes(alias));
  const given = (endpoint.Aliases ?? []).filter((alias) => !added.includes(alias));
  const { IPv4Address: ipv4 = '', IPv6Address: ipv6 = '' } = endpoint.IPAMConfig ?? {};
  return {
    aliases: sorted(isPredefined(name) ? [...given, ...own] : given),
    ipv4_address: ipv4 === '' ? null : ipv4,
    ipv6_address: ipv6 === '' ? null : ipv6,
  };
}

function aliasesOf(attachment: Json): readonly string[] {
  return aliasNames(member(attachment, 'aliases'));
}

function aliasNames(aliases: Json): readonly string[] {
  return isJsonArray(aliases) ? aliases.filter((alias) => typeof alias === 'string') : [];
}

function withKey(aliases: readonly string[], key: string): readonly string[] {
  return aliases.includes(key) ? aliases : [key, ...aliases];
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort(compareText);
}

/** A container is known under its host name anyway, whether that is among the aliases or not. */
function sameAliases(desired: Json, observed: Json, hostname: string | null): boolean {
  const [left, right] = [desired, observed].map((aliases) => aliasNames(aliases).filter((alias) => alias !== hostname));
  return jsonEqual(sorted(left ?? []), sorted(right ?? []));
}

function sameAddress(left: string, right: string): boolean {
  return canonicalAddress(left) === canonicalAddress(right);
}
