/** Networks that a service joins, its ports and its host name. A service of the default network alone names none. */
import { isIP } from 'node:net';
import { compareText, type Json, type JsonObject, jsonEqual, member } from '../../model/json.ts';
import { DEFAULT_NETWORK } from '../resolve/networks.ts';
import type { Draft } from './draft.ts';
import { fits } from './fits.ts';
import { importedPorts } from './ports.ts';
import { objectAt, said, textAt, textsAt } from './values.ts';

export interface NetworkNames {
  /** The key of the service, and the physical name of what it is made from. */
  readonly key: string;
  readonly name: string;
  /** Who keeps a host port that another one publishes too, by the key of the port. */
  readonly rivals: ReadonlyMap<string, string>;
  /** The key of a network by its physical name. */
  networkKey(name: string): string;
}

export function importedNetworking(
  configured: JsonObject,
  defaults: JsonObject,
  names: NetworkNames,
  draft: Draft,
): JsonObject {
  const ports = importedPorts(configured, names.rivals, draft);
  return said({
    hostname: importedHostname(configured, defaults, draft),
    ports: ports.length === 0 ? null : ports,
    networks: importedNetworks(configured, names),
  });
}

function importedHostname(configured: JsonObject, defaults: JsonObject, draft: Draft): string | null {
  const hostname = textAt(objectAt(configured, 'networking'), 'hostname');
  if (hostname === null || jsonEqual(hostname, member(objectAt(defaults, 'networking'), 'hostname'))) return null;
  if (fits(['networking', 'hostname'], hostname)) return hostname;
  draft.leaveOut(['networking', 'hostname'], 'it is no host name that a manifest can say');
  return null;
}

/** A list where nothing but names is to be said; `null` for the default network alone. */
function importedNetworks(configured: JsonObject, names: NetworkNames): Json {
  const joined = Object.entries(objectAt(configured, 'networking', 'networks'))
    .map(([network, attachment]): [string, JsonObject] => [
      names.networkKey(network),
      importedAttachment(attachment, names),
    ])
    .sort(([left], [right]) => compareText(left, right));
  if (joined.every(([, settings]) => Object.keys(settings).length === 0)) {
    const keys = joined.map(([key]) => key);
    return jsonEqual(keys, [DEFAULT_NETWORK]) ? null : keys;
  }
  return Object.fromEntries(joined);
}

function importedAttachment(attachment: Json, { key, name }: NetworkNames): JsonObject {
  const aliases = textsAt(attachment, 'aliases').filter((alias) => alias !== '' && alias !== key && alias !== name);
  const [ipv4, ipv6] = [textAt(attachment, 'ipv4_address'), textAt(attachment, 'ipv6_address')];
  return said({
    aliases: aliases.length === 0 ? null : aliases,
    ipv4_address: ipv4 !== null && isIP(ipv4) === 4 ? ipv4 : null,
    ipv6_address: ipv6 !== null && isIP(ipv6) === 6 ? ipv6 : null,
  });
}
