/**
 * A network in both directions. The engine chooses an IPv4 subnet where none is declared, an IPv6 subnet where it is set to
 * do so, and a gateway in each subnet that none is declared in: such choices never differ.
 */
import { type Json, type JsonObject, memberAt } from '../../../model/json.ts';
import type { CreateNetworkBody, IpamPool, NetworkInspect } from '../api/wire.ts';
import type { Reading } from './group.ts';
import { canonicalAddress, canonicalSubnet, isIpv6 } from './ip.ts';
import { comparableLabels } from './labels.ts';
import { membersOf, overlaid, picked, shapeOf, textAt, textsOf } from './parts.ts';

/** The physical name of what is to be created, and the labels of ownership and Compose's. */
export interface NamedObject {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

const IPAM_CONFIG = ['ipam', 'config'] as const;

const FIELDS = shapeOf([['driver'], ['driver_opts'], ['internal'], ['attachable'], ['ipam', 'driver'], ['labels']]);

/** The engine says so of a network that has IPv6 by the engine's own settings. */
const IPV6_BY_SETTING = 'com.docker.network.enable_ipv6';

/** Options that engines are known to add by themselves. */
const INJECTED_OPTIONS: readonly string[] = [
  'com.docker.network.enable_ipv4',
  IPV6_BY_SETTING,
  'com.docker.network.driver.overlay.vxlanid_list',
];

export function createNetworkBody(config: JsonObject, { name, labels }: NamedObject): CreateNetworkBody {
  const pools = Object.values(membersOf(memberAt(config, ...IPAM_CONFIG))).map((pool) => poolOf(pool));
  return {
    Name: name,
    // Engines of old make a second network of the same name otherwise.
    CheckDuplicate: true,
    Driver: textAt(config, 'driver') ?? 'bridge',
    Internal: memberAt(config, 'internal') === true,
    Attachable: memberAt(config, 'attachable') === true,
    ...(pools.some(({ Subnet }) => isIpv6(Subnet ?? '')) ? { EnableIPv6: true } : {}),
    IPAM: { Driver: textAt(config, 'ipam', 'driver') ?? 'default', Config: pools },
    Options: textsOf(memberAt(config, 'driver_opts')),
    Labels: { ...textsOf(memberAt(config, 'labels')), ...labels },
  };
}

/** A network as its manifest would say it. */
export function networkFrom(inspect: NetworkInspect): Reading {
  const pools = (inspect.IPAM?.Config ?? []).map((pool) => poolFrom(pool));
  const options = Object.entries(inspect.Options ?? {});
  const hasOwnIpv6 = inspect.Options?.[IPV6_BY_SETTING] === 'true';
  return {
    configured: {
      driver: inspect.Driver,
      driver_opts: Object.fromEntries(options),
      internal: inspect.Internal ?? false,
      attachable: inspect.Attachable ?? false,
      ipam: { driver: inspect.IPAM?.Driver ?? 'default', config: bySubnet(pools) },
      labels: comparableLabels(inspect.Labels),
    },
    defaults: {
      driver_opts: Object.fromEntries(options.filter(([name]) => INJECTED_OPTIONS.includes(name))),
      ...(hasOwnIpv6 ? { ipam: { config: bySubnet(pools.filter(({ subnet }) => isIpv6(subnet))) } } : {}),
    },
  };
}

/** Engines give subnets back in their own spelling, and subnets are keys. */
export function comparableNetwork(config: JsonObject): JsonObject {
  const pools = Object.values(membersOf(memberAt(config, ...IPAM_CONFIG))).map((pool) => poolFrom(poolOf(pool)));
  return overlaid(picked(config, FIELDS), { ipam: { config: bySubnet(pools) } });
}

/** What is not declared and the engine may have chosen is as it should be. `whole` is the whole desired configuration. */
export function sameInNetwork(names: readonly string[], desired: Json, observed: Json, whole: JsonObject): boolean {
  if (names[0] !== 'ipam' || names[1] !== 'config') return false;
  if (names.length === 3) return desired === null && isChosen(observed, whole);
  if (names[3] === 'gateway' && desired === null) return true;
  if (typeof desired !== 'string' || typeof observed !== 'string') return false;
  return names[3] === 'gateway'
    ? canonicalAddress(desired) === canonicalAddress(observed)
    : canonicalSubnet(desired) === canonicalSubnet(observed);
}

function poolOf(pool: Json): IpamPool {
  const [gateway, range] = [textAt(pool, 'gateway'), textAt(pool, 'ip_range')];
  return {
    Subnet: canonicalSubnet(textAt(pool, 'subnet') ?? ''),
    ...(gateway === null ? {} : { Gateway: canonicalAddress(gateway) }),
    ...(range === null ? {} : { IPRange: canonicalSubnet(range) }),
  };
}

interface Pool extends JsonObject {
  readonly subnet: string;
  readonly gateway: string | null;
  readonly ip_range: string | null;
}

function poolFrom({ Subnet = '', Gateway = '', IPRange = '' }: IpamPool): Pool {
  return {
    subnet: canonicalSubnet(Subnet),
    gateway: Gateway === '' ? null : canonicalAddress(withoutLength(Gateway)),
    ip_range: IPRange === '' ? null : canonicalSubnet(IPRange),
  };
}

/** Some engines say a gateway with the length of its subnet. */
function withoutLength(gateway: string): string {
  return gateway.split('/')[0] ?? gateway;
}

function bySubnet(pools: readonly Pool[]): JsonObject {
  return Object.fromEntries(pools.map((pool) => [pool.subnet, pool]));
}

/** An IPv4 subnet where none is declared, and never the part of it that addresses are taken from. */
function isChosen(pool: Json, whole: JsonObject): boolean {
  const subnet = textAt(pool, 'subnet') ?? '';
  const declared = Object.keys(membersOf(memberAt(whole, ...IPAM_CONFIG)));
  return !isIpv6(subnet) && declared.every(isIpv6) && textAt(pool, 'ip_range') === null;
}
