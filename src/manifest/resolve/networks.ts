/** The networks that a service joins: lists of names and maps as one map by name. */
import { isIP } from 'node:net';
import type { Ipam, Attachment, Service } from '../../model/generated/environment.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { itemsOf } from '../prune.ts';
import type { Reporter } from '../reporter.ts';
import { defaultsOf } from '../schema.ts';
import { isProcess } from './mounts.ts';
import { canonicalSet } from './values.ts';

export const DEFAULT_NETWORK = 'default';

const IPAM_DEFAULTS = defaultsOf('ipam');

export interface DeclaredAttachment {
  readonly network: string;
  readonly settings: Attachment;
  /** The key of the map, or the index in the list; `null` for the network that nobody names. */
  readonly segment: string | null;
}

/** A container that names no network joins the default one; a process has none. */
export function declaredAttachments(service: Service): readonly DeclaredAttachment[] {
  const networks = service.networking?.networks;
  if (networks === undefined) {
    return isProcess(service) ? [] : [{ network: DEFAULT_NETWORK, settings: {}, segment: null }];
  }
  if (Array.isArray(networks)) {
    return networks.map((network, index) => ({ network, settings: {}, segment: String(index) }));
  }
  return Object.entries(networks).map(([network, settings]) => ({ network, settings, segment: network }));
}

/** The key of the service is an alias on each of its networks. */
export function resolveAttachments(service: Service, key: string, path: ManifestPath, reporter: Reporter): JsonObject {
  const resolved: { [network: string]: Json } = {};
  for (const { network, settings, segment } of declaredAttachments(service)) {
    if (Object.hasOwn(resolved, network) && segment !== null) {
      reporter.error('duplicate_key', [...path, 'networking', 'networks', segment], `"${network}" is joined twice`);
    }
    resolved[network] = {
      aliases: canonicalSet([key, ...(settings.aliases ?? [])]),
      ipv4_address: settings.ipv4_address ?? null,
      ipv6_address: settings.ipv6_address ?? null,
    };
  }
  return resolved;
}

export function resolveIpam(ipam: Ipam | undefined, path: ManifestPath, reporter: Reporter): JsonObject {
  const config: { [subnet: string]: Json } = {};
  for (const [index, { subnet, gateway = null, ip_range: range = null }] of itemsOf(ipam?.config)) {
    const itemPath = [...path, 'ipam', 'config', String(index)];
    if (Object.hasOwn(config, subnet))
      reporter.error('duplicate_key', itemPath, `the subnet ${subnet} is declared twice`);
    if (!isSubnet(subnet)) reporter.error('invalid_value', [...itemPath, 'subnet'], `"${subnet}" is no subnet`);
    if (gateway !== null && isIP(gateway) === 0) {
      reporter.error('invalid_value', [...itemPath, 'gateway'], `"${gateway}" is no IP address`);
    }
    if (range !== null && !isSubnet(range))
      reporter.error('invalid_value', [...itemPath, 'ip_range'], `"${range}" is no range`);
    config[subnet] = { subnet, gateway, ip_range: range };
  }
  return { driver: ipam?.driver ?? IPAM_DEFAULTS['driver'] ?? null, config };
}

function isSubnet(text: string): boolean {
  const [address = '', bits = ''] = text.split('/');
  const family = isIP(address);
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
}
