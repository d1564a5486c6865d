/** Why a network could not be made or removed: which one overlaps with it, and who still uses it. */
import { BlockList, isIPv4 } from 'node:net';
import { TrueupError } from '../../../model/failure.ts';
import { isJsonObject, memberAt } from '../../../model/json.ts';
import type { NetworkInspect } from '../api/wire.ts';
import { textArgument } from './arguments.ts';
import { statusOf, wordsOf } from './refusals.ts';
import type { VerbContext } from './verb.ts';

export async function explainedCreation(error: unknown, verb: VerbContext): Promise<unknown> {
  if (!(error instanceof TrueupError) || statusOf(error) === null) return error;
  const name = textArgument(verb.args, 'name');
  const words = wordsOf(error);
  if (/[Pp]ool overlaps|overlaps with/.test(words)) {
    const others = await overlapping(verb);
    const which = others.length === 0 ? 'a network of the engine' : `the network ${others.join(', ')}`;
    return explained(error, `cannot create the network ${name}: its subnet overlaps with ${which}`, {
      name,
      overlaps: others,
      next: 'declare another subnet, or remove the other network',
    });
  }
  if (/non-overlapping IPv4 address pool|predefined address pools have been fully subnetted/.test(words)) {
    return explained(error, `cannot create the network ${name}: the engine has no free address pool left`, {
      name,
      next: 'remove networks that nobody needs (`docker network prune`), declare a subnet, or widen default-address-pools of the engine',
    });
  }
  const next = /plugin .* not found/.test(words) ? 'install the network driver, or declare another' : error.next;
  return explained(error, words, { name, next });
}

export function explainedRemoval(error: unknown, { Name: name, Containers: containers }: NetworkInspect): unknown {
  if (!(error instanceof TrueupError) || statusOf(error) === null) return error;
  const users = Object.values(containers ?? {}).map((container) => container.Name);
  if (users.length === 0) return error;
  const { message, next } = networkInUse(name, users);
  return explained(error, message, { name, users, next });
}

export function networkInUse(name: string, users: readonly string[]): TrueupError {
  return new TrueupError('object_in_use', `cannot remove the network ${name}: ${users.join(', ')} still uses it`, {
    fields: { name, users },
    next: `take it away from them (\`docker network disconnect ${name} ${users[0]}\`), and apply again`,
  });
}

interface Explanation {
  readonly name: string;
  readonly overlaps?: readonly string[];
  readonly users?: readonly string[];
  readonly next: string | null;
}

function explained(error: TrueupError, message: string, { next, ...fields }: Explanation): TrueupError {
  return new TrueupError(error.code, message, {
    cause: error,
    retryable: error.retryable,
    fields: { ...error.fields, ...fields },
    ...(next === null ? {} : { next }),
  });
}

/** `name (subnet)` of each network that shares addresses with a declared subnet. */
async function overlapping({ api, args, signal }: VerbContext): Promise<readonly string[]> {
  const pools = memberAt(args, 'config', 'ipam', 'config');
  const declared = isJsonObject(pools) ? Object.keys(pools) : [];
  const networks = await api.networks(signal).catch((): readonly NetworkInspect[] => []);
  return networks.flatMap(({ Name: name, IPAM: ipam }) =>
    (ipam?.Config ?? [])
      .flatMap(({ Subnet: subnet }) => (subnet === undefined ? [] : [subnet]))
      .filter((subnet) => declared.some((other) => overlap(subnet, other)))
      .map((subnet) => `${name} (${subnet})`),
  );
}

/** One of two subnets that overlap holds the first address of the other. */
function overlap(left: string, right: string): boolean {
  return holds(left, right) || holds(right, left);
}

function holds(outer: string, inner: string): boolean {
  const [network = '', bits = ''] = outer.split('/');
  const [address = ''] = inner.split('/');
  const family = isIPv4(network) ? 'ipv4' : 'ipv6';
  if (isIPv4(network) !== isIPv4(address)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}
