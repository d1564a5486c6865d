/**
 * All that stands on an engine, from its three lists. Left out is what nobody put there by name: the engine's own networks,
 * the nameless volumes of what is managed, and what trueup keeps there for itself.
 */
import { typeOf } from '../../../model/address.ts';
import type { ListedObject } from '../../../model/coverage.ts';
import type { EngineReader } from '../api/engine-api.ts';
import type { ContainerSummary, NetworkInspect, VolumeInspect } from '../api/wire.ts';
import { isClaim } from '../claims.ts';
import { isPredefined } from '../fields/predefined.ts';
import { OWN_PREFIX, ownershipFrom } from '../labels.ts';
import { nameOfContainer } from './belonging.ts';

export async function listAll(reader: EngineReader, signal: AbortSignal): Promise<readonly ListedObject[]> {
  const [containers, volumes, networks] = await Promise.all([
    reader.containers(signal),
    reader.volumes(signal),
    reader.networks(signal),
  ]);
  const managed = containers.filter(({ Labels: labels }) => hasOwnLabels(labels));
  const mounted = new Set(managed.flatMap((container) => mountedBy(container)));
  return [
    ...containers.flatMap(containerListed),
    ...volumes.flatMap((volume) => volumeListed(volume, mounted)),
    ...networks.flatMap(networkListed),
  ];
}

type Labels = ContainerSummary['Labels'];

function hasOwnLabels(labels: Labels): boolean {
  return Object.keys(labels ?? {}).some((name) => name.startsWith(OWN_PREFIX));
}

function containerListed(container: ContainerSummary): readonly ListedObject[] {
  const name = nameOfContainer(container);
  return marked({ type: 'service', name, id: container.Id }, container.Labels);
}

function volumeListed(volume: VolumeInspect, mounted: ReadonlySet<string>): readonly ListedObject[] {
  const { Name: name, Labels: labels } = volume;
  if (isClaim(volume) || (isAnonymous(volume) && mounted.has(name))) return [];
  return marked({ type: 'volume', name, id: name }, labels);
}

function networkListed({ Name: name, Id: id, Labels: labels }: NetworkInspect): readonly ListedObject[] {
  return isPredefined(name) || ENGINE_NETWORKS.includes(name) ? [] : marked({ type: 'network', name, id }, labels);
}

/** Of Swarm, and of Podman. */
const ENGINE_NETWORKS: readonly string[] = ['docker_gwbridge', 'ingress', 'podman'];

/** What has labels of ours and stands for no resource of its type is trueup's own: what helps to read, fill or move a volume. */
function marked(object: Omit<ListedObject, 'ownership'>, labels: Labels): readonly ListedObject[] {
  const ownership = ownershipFrom(labels);
  const isHelper = ownership === null ? hasOwnLabels(labels) : typeOf(ownership.address) !== object.type;
  return isHelper ? [] : [{ ...object, ownership }];
}

function mountedBy({ Mounts: mounts }: ContainerSummary): readonly string[] {
  return (mounts ?? []).flatMap(({ Type: type, Name: name }) =>
    type === 'volume' && name !== undefined ? [name] : [],
  );
}

/** Engines name what nobody names with 64 hexadecimal digits. */
function isAnonymous({ Name: name }: VolumeInspect): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}
