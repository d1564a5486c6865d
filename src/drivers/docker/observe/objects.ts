/** Observed objects from what the engine says of its own. */
import type { JsonObject } from '../../../model/json.ts';
import type { ObservedObject } from '../../../model/observed.ts';
import type { ContainerInspect, ImageInspect, NetworkInspect, VolumeInspect } from '../api/wire.ts';
import { type DockerFacts, tellsBirthOfVolumes } from '../facts.ts';
import { imageFrom } from '../fields/image-resource.ts';
import { networkFrom } from '../fields/network.ts';
import type { ServiceView } from '../fields/group.ts';
import { serviceFrom } from '../fields/service.ts';
import { volumeFrom } from '../fields/volume.ts';
import { ownershipFrom } from '../labels.ts';
import { anonymousVolumes } from './anonymous-volumes.ts';
import { presence, statusOf } from './status.ts';

export function serviceObject(container: ContainerInspect, view: ServiceView, now: number): ObservedObject {
  const status = statusOf(container, { facts: view.facts, now });
  return {
    type: 'service',
    name: container.Name.replace(/^\//, ''),
    id: container.Id,
    ownership: ownershipFrom(container.Config.Labels),
    ...serviceFrom(container, view),
    effective: null,
    status: { ...status, details: { ...status.details, ...anonymousVolumes(container, view.names) } },
  };
}

export function networkObject(network: NetworkInspect): ObservedObject {
  const subnets = (network.IPAM?.Config ?? []).flatMap(({ Subnet: subnet }) => (subnet === undefined ? [] : [subnet]));
  return {
    type: 'network',
    name: network.Name,
    id: network.Id,
    ownership: ownershipFrom(network.Labels),
    ...networkFrom(network),
    effective: null,
    status: presence({ subnets }),
  };
}

/** A volume has no id but its name. */
export function volumeObject(volume: VolumeInspect, facts: DockerFacts): ObservedObject {
  const born = bornOf(volume, facts);
  return {
    type: 'volume',
    name: volume.Name,
    id: volume.Name,
    ...(born === null ? {} : { born }),
    ownership: ownershipFrom(volume.Labels),
    ...volumeFrom(volume),
    effective: null,
    status: presence({ path: volume.Mountpoint }),
  };
}

/** When it was made; `null` where the engine does not tell. */
export function bornOf({ CreatedAt: born }: Pick<VolumeInspect, 'CreatedAt'>, facts: DockerFacts): string | null {
  return born !== undefined && born !== '' && tellsBirthOfVolumes(facts) ? born : null;
}

/** An image is nobody's. */
export function imageObject(reference: string, image: ImageInspect): ObservedObject {
  const details: JsonObject = { tags: [...(image.RepoTags ?? [])], digests: [...(image.RepoDigests ?? [])] };
  return {
    type: 'image',
    name: reference,
    id: image.Id,
    ownership: null,
    ...imageFrom(reference, image),
    effective: null,
    status: presence(details),
  };
}
