/** Volumes and networks as a person would have declared them; what others use too stays external. */
import { isIP } from 'node:net';
import { isJsonObject, type Json, type JsonObject, jsonEqual, member } from '../../model/json.ts';
import type { ForeignObject } from '../../model/foreign.ts';
import { defaultsOf } from '../schema.ts';
import type { Draft } from './draft.ts';
import { warnOfPlainSecrets } from './plain-secrets.ts';
import type { Secrets } from './secrets.ts';
import { escaped, objectAt, said, textAt } from './values.ts';

const VOLUME = defaultsOf('volume');
const NETWORK = defaultsOf('network');
const IPAM = defaultsOf('ipam');

export function importedVolume(
  { object, shared }: ForeignObject,
  key: string,
  secrets: Secrets,
  draft: Draft,
): JsonObject {
  const { name, configured, defaults = {}, ownership } = object;
  if (shared || ownership !== null) return external(name, key, draft);
  const tree = said({
    adopted: { name },
    driver: unless(member(configured, 'driver'), VOLUME['driver']),
    driver_opts: escaped(objectAt(configured, 'driver_opts')),
    labels: escaped(withoutUsual(configured, defaults, 'labels')),
  });
  warnOfPlainSecrets(tree, secrets, draft);
  return tree;
}

/** `fixed` are addresses that containers have in it by their own word. */
export function importedNetwork(
  { object, shared, predefined, not_carried: lost }: ForeignObject,
  key: string,
  { fixed, secrets }: { readonly fixed: readonly string[]; readonly secrets: Secrets },
  draft: Draft,
): JsonObject {
  const { name, configured, defaults = {}, ownership } = object;
  if (predefined) return { external: true, ...(key === name ? {} : { name }) };
  if (shared || ownership !== null) return external(name, key, draft);
  for (const option of lost) draft.note('not_carried', `${option} is lost when the network is next replaced`);
  const tree = said({
    adopted: { name },
    driver: unless(member(configured, 'driver'), NETWORK['driver']),
    driver_opts: escaped(withoutUsual(configured, defaults, 'driver_opts')),
    internal: unless(member(configured, 'internal'), NETWORK['internal']),
    attachable: unless(member(configured, 'attachable'), NETWORK['attachable']),
    ipam: importedIpam(configured, defaults, fixed),
    labels: escaped(objectAt(configured, 'labels')),
  });
  warnOfPlainSecrets(tree, secrets, draft);
  return tree;
}

/** What somebody gave it, without what the engine did. */
function withoutUsual(configured: JsonObject, defaults: JsonObject, name: string): JsonObject {
  const usual = objectAt(defaults, name);
  return Object.fromEntries(
    Object.entries(objectAt(configured, name)).filter(([key, value]) => !jsonEqual(value, member(usual, key))),
  );
}

function external(name: string, key: string, draft: Draft): JsonObject {
  draft.note('information', 'what is not imported uses it too: it is external, and never made, changed or removed');
  return { external: true, ...(key === name ? {} : { name }) };
}

function unless(value: Json, usual: Json | undefined): Json {
  return jsonEqual(value, usual ?? null) ? null : value;
}

/** Subnets that somebody chose, as far as that can be told: the engine has pools of its own to choose from. */
function importedIpam(configured: JsonObject, defaults: JsonObject, fixed: readonly string[]): JsonObject {
  const ipam = objectAt(configured, 'ipam');
  const usual = objectAt(defaults, 'ipam', 'config');
  const subnets = Object.entries(objectAt(ipam, 'config')).flatMap(([subnet, pool]): JsonObject[] => {
    const [gateway, range] = [textAt(pool, 'gateway'), textAt(pool, 'ip_range')];
    const isChosen = isOfPools(subnet) && range === null && (gateway === null || isFirst(gateway, subnet));
    if (!isJsonObject(pool) || isKnown(usual, subnet) || (isChosen && fixed.length === 0)) return [];
    return [said({ subnet, gateway: gateway !== null && isFirst(gateway, subnet) ? null : gateway, ip_range: range })];
  });
  return said({
    driver: unless(member(ipam, 'driver'), IPAM['driver']),
    config: subnets.length === 0 ? null : subnets,
  });
}

function isKnown(usual: JsonObject, subnet: string): boolean {
  return Object.hasOwn(usual, subnet);
}

/** What engines choose from where nobody says otherwise: 172.16.0.0/12 in parts of 16 bits, 192.168.0.0/16 in parts of 20. */
function isOfPools(subnet: string): boolean {
  const [address = '', length = ''] = subnet.split('/');
  if (isIP(address) !== 4) return false;
  const [first = 0, second = 0] = address.split('.').map(Number);
  if (first === 172 && second >= 16 && second < 32) return length === '16';
  return first === 192 && second === 168 && length === '20';
}

/** The first address of a subnet, which an engine takes by itself. */
function isFirst(gateway: string, subnet: string): boolean {
  const [address = ''] = subnet.split('/');
  if (isIP(address) === 4) return gateway === address.replace(/\d+$/, (last) => String(Number(last) + 1));
  return gateway === address.replace(/::$/, '::1');
}
