/** A start that failed for a fixed address: which address it is, and which container has it. */
import { TrueupError } from '../../../model/failure.ts';
import type { ContainerInspect } from '../api/wire.ts';
import { nameOf } from './containers.ts';
import { wordsOf } from './refusals.ts';
import type { VerbContext } from './verb.ts';

const TAKEN = /Address already in use$|requested ip address \S+ is already allocated/;

/** `null` where the engine says nothing of an address. */
export async function addressFailure(
  error: TrueupError,
  found: ContainerInspect,
  verb: VerbContext,
): Promise<TrueupError | null> {
  if (!TAKEN.test(wordsOf(error))) return null;
  const name = nameOf(found);
  const holder = await holderOf(found, verb);
  const [what, next] =
    holder === null
      ? ['its fixed address is taken', 'see who has it (`docker network inspect`), or declare another address']
      : [
          `the address ${holder.address} of the network ${holder.network} is held by the container ${holder.container}`,
          `stop ${holder.container}, or declare another address`,
        ];
  return new TrueupError('address_unavailable', `cannot start ${name}: ${what}`, {
    cause: error,
    fields: { name, ...holder },
    next,
  });
}

interface Holder {
  readonly address: string;
  readonly network: string;
  readonly container: string;
}

/** Engines tell which addresses are taken by what runs. */
async function holderOf(found: ContainerInspect, { api, signal }: VerbContext): Promise<Holder | null> {
  for (const [network, { IPAMConfig: fixed }] of Object.entries(found.NetworkSettings.Networks ?? {})) {
    const wanted = [fixed?.IPv4Address, fixed?.IPv6Address];
    const containers = (await api.network(network, signal).catch(() => null))?.Containers ?? {};
    for (const [id, { Name: container, ...addresses }] of Object.entries(containers)) {
      const held = [addresses.IPv4Address, addresses.IPv6Address].map((address) => address?.split('/', 1)[0]);
      const address = wanted.find((one) => one !== undefined && one !== '' && held.includes(one));
      if (id !== found.Id && address !== undefined) return { address, network, container };
    }
  }
  return null;
}
