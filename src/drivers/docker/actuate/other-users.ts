/**
 * Nobody of ours is taken down for a network or volume that is to be made anew, where somebody else's container would
 * keep it from going.
 */
import type { ContainerSummary } from '../api/wire.ts';
import { nameOf } from './containers.ts';
import { volumeInUse } from './make-volume.ts';
import { networkInUse } from './network-failures.ts';
import { isOurs } from './ownership.ts';
import type { VerbContext } from './verb.ts';

/** Whose containers have an endpoint that is in use: what does not run keeps no network. */
const LIVING: readonly string[] = ['running', 'paused'];

export async function assertNetworkOurs(verb: VerbContext, network: string): Promise<void> {
  const others = await othersWhere(verb, (one) => LIVING.includes(one.State) && isAttached(one, network));
  if (others.length > 0) throw networkInUse(network, others);
}

/** A container holds its volumes for as long as it exists. */
export async function assertVolumeOurs(verb: VerbContext, volume: string): Promise<void> {
  const others = await othersWhere(verb, ({ Mounts: mounts }) => (mounts ?? []).some(({ Name }) => Name === volume));
  if (others.length > 0) throw volumeInUse(volume, others);
}

async function othersWhere(
  { api, context, signal }: VerbContext,
  isUser: (container: ContainerSummary) => boolean,
): Promise<readonly string[]> {
  const found = (await api.containers(signal)).filter((one) => isUser(one) && !isOurs(one.Labels, context));
  return found.map(({ Names: names }) => nameOf({ Name: names[0] ?? '' }));
}

function isAttached({ NetworkSettings: settings }: ContainerSummary, network: string): boolean {
  return Object.hasOwn(settings?.Networks ?? {}, network);
}
