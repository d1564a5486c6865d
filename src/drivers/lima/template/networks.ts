/**
 * Networks. Every machine of Lima is on a network of its own behind the host, which trueup calls `user`; others come beside it.
 */
import { type Json, type JsonObject, member } from '../../../model/json.ts';

export const USER_NETWORK = 'user';
/** The network of Apple's own framework, which has no name among those of Lima. */
const VZ_NAT = 'vzNAT';

export function networkEntries(networks: JsonObject): readonly JsonObject[] {
  return Object.keys(networks)
    .filter((name) => name !== USER_NETWORK)
    .map((name) => {
      const mac = member(networks[name], 'mac_address');
      return {
        ...(name === VZ_NAT ? { vzNAT: true } : { lima: name }),
        ...(typeof mac === 'string' ? { macAddress: mac } : {}),
      };
    });
}

/** A card by a socket of somebody's has the socket for a name. */
export function readNetworks(entries: readonly Json[]): JsonObject {
  const found = entries.map((entry) => {
    const name = nameOf(entry);
    return [name, { name, mac_address: member(entry, 'macAddress') }] as const;
  });
  return { [USER_NETWORK]: { name: USER_NETWORK, mac_address: null }, ...Object.fromEntries(found) };
}

function nameOf(entry: Json): string {
  if (member(entry, 'vzNAT') === true) return VZ_NAT;
  const name = member(entry, 'lima') ?? member(entry, 'socket');
  return typeof name === 'string' ? name : '';
}
