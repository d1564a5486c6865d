/**
 * A look at what trueup did not make: each container as the observer of an environment would see it, with the networks and
 * volumes that it uses. What is trueup's already, vanishes midway or has lost its image is left out, with the reason.
 */
import { type Address, addressOf } from '../../../model/address.ts';
import type { ForeignObject, ForeignSelection, ForeignView, LeftOut } from '../../../model/foreign.ts';
import type { ContainerInspect, ContainerSummary, NetworkInspect, VolumeInspect } from '../api/wire.ts';
import { isClaim } from '../claims.ts';
import type { DockerFacts } from '../facts.ts';
import { type Inventory, namesOf } from '../fields/names.ts';
import { isPredefined, NONE } from '../fields/predefined.ts';
import { foreignPlace, isOneOff, OWN_PREFIX, ownershipFrom } from '../labels.ts';
import { nameOfContainer } from './belonging.ts';
import { mapLimited } from './limited.ts';
import { referenceOf, serviceSeen, type Sources } from './look.ts';
import { networkNotCarried, notCarried } from './not-carried.ts';
import { networkObject, volumeObject } from './objects.ts';

const INSPECTS_AT_ONCE = 10;

type Known = Extract<ForeignView, { status: 'known' }>;
type Labels = Readonly<Record<string, string>> | null | undefined;

/** Rejects where the engine does not answer. */
export async function lookAtForeign(
  sources: Sources,
  selection: ForeignSelection,
  signal: AbortSignal,
): Promise<Known> {
  const { reader, images } = sources;
  const [facts, { CgroupVersion: cgroups = null }, listed, networks, allVolumes] = await Promise.all([
    reader.facts(signal),
    reader.info(signal),
    reader.containers(signal),
    reader.networks(signal),
    reader.volumes(signal),
  ]);
  const volumes = allVolumes.filter((volume) => !isClaim(volume));
  const meant = listed.filter((one) => isMeant(selection, nameOfContainer(one), one.Labels));
  const isPassing = (one: ContainerSummary): boolean =>
    isOneOff(one.Labels) && !selection.names.includes(nameOfContainer(one));
  const foreign = meant.filter((one) => !hasOwnLabels(one.Labels) && !isPassing(one));
  const inspected = await mapLimited(foreign, INSPECTS_AT_ONCE, async (summary) => ({
    summary,
    inspect: await reader.container(summary.Id, signal),
  }));
  const found = inspected.flatMap(({ inspect }) => (inspect === null ? [] : [inspect]));
  await Promise.all([images.know(found, signal), images.resolve(referencesOf(found), signal)]);
  const [whole, imageless] = [found.filter(hasImage), found.filter((one) => !hasImage(one))];
  const names = namesOf({ networks, volumes }, scopeOfNames({ networks, volumes }));
  const now = Date.now();
  const ids = new Set(whole.map(({ Id: id }) => id));
  const others = listed.filter((one) => !ids.has(one.Id) && !isPassing(one));
  const used = usedBy(whole);
  return {
    status: 'known',
    facts,
    objects: [
      ...whole.map((inspect): ForeignObject => {
        const object = serviceSeen(inspect, null, { sources, facts, names, now });
        return {
          object,
          place: foreignPlace(inspect.Config.Labels),
          shared: false,
          predefined: false,
          not_carried: notCarried(inspect, { image: images.of(inspect).image, cgroups }),
        };
      }),
      ...networks
        .filter(({ Name: name, Labels: labels }) => used.networks.has(name) || isOwnWord(selection, name, labels))
        .map((network) => networkSeen(network, others)),
      ...volumes
        .filter(({ Name: name, Labels: labels }) => used.volumes.has(name) || isOwnWord(selection, name, labels))
        .map((volume) => volumeSeen(volume, others, facts)),
    ],
    left: [
      ...meant.flatMap(ownedLeft),
      ...meant
        .filter(isPassing)
        .map((one) => leftOut(nameOfContainer(one), 'it is none of the services: Compose ran it once, by hand')),
      ...inspected.flatMap(({ summary, inspect }) =>
        inspect === null ? [leftOut(nameOfContainer(summary), 'it was removed while it was looked at')] : [],
      ),
      ...imageless.map((one) => leftOut(bareName(one), `its image ${one.Config.Image ?? one.Image} is gone`)),
    ],
    projects: projectsOf([...listed, ...networks, ...volumes]),
    ...namesAsked(selection, [
      ...listed.map(nameOfContainer),
      ...networks.map(({ Name: name }) => name),
      ...volumes.map(({ Name: name }) => name),
    ]),
  };

  function hasImage(one: ContainerInspect): boolean {
    return images.of(one).image !== null;
  }
}

/** Physical names for keys, whoever made what has them and whether or not somebody named it. */
function scopeOfNames({ networks, volumes }: Inventory): Parameters<typeof namesOf>[1] {
  const external: Record<string, Address> = {};
  for (const { Name: name } of networks) external[`network ${name}`] = addressOf('network', name);
  for (const { Name: name } of volumes) external[`volume ${name}`] = addressOf('volume', name);
  return { owners: [], project: '', environment: '', names: {}, external };
}

function isMeant({ names, project, labels, all }: ForeignSelection, name: string, found: Labels): boolean {
  return (
    all ||
    names.includes(name) ||
    (project !== null && foreignPlace(found)?.project === project) ||
    labels.some((label) => {
      const value = found?.[label.name];
      return value !== undefined && (label.value === null || label.value === value);
    })
  );
}

/** What nothing uses is meant by its own name or labels alone; what nobody named is nothing without its container. */
function isOwnWord(selection: ForeignSelection, name: string, labels: Labels): boolean {
  const isNameless = /^[0-9a-f]{64}$/.test(name);
  return !isNameless && !isEngines(name) && !hasOwnLabels(labels) && isMeant(selection, name, labels);
}

/** Of Swarm, and of Podman. */
const ENGINE_NETWORKS: readonly string[] = ['docker_gwbridge', 'ingress', 'podman'];

function isEngines(name: string): boolean {
  return isPredefined(name) || ENGINE_NETWORKS.includes(name);
}

function networkSeen(network: NetworkInspect, others: readonly ContainerSummary[]): ForeignObject {
  const isJoined = ({ NetworkSettings: settings }: ContainerSummary): boolean =>
    Object.hasOwn(settings?.Networks ?? {}, network.Name);
  return {
    object: networkObject(network),
    place: foreignPlace(network.Labels),
    shared: others.some(isJoined),
    predefined: isEngines(network.Name),
    not_carried: networkNotCarried(network),
  };
}

function volumeSeen(volume: VolumeInspect, others: readonly ContainerSummary[], facts: DockerFacts): ForeignObject {
  const isMounted = ({ Mounts: mounts }: ContainerSummary): boolean =>
    (mounts ?? []).some(({ Type: type, Name: name }) => type === 'volume' && name === volume.Name);
  return {
    object: volumeObject(volume, facts),
    place: foreignPlace(volume.Labels),
    shared: others.some(isMounted),
    predefined: false,
    not_carried: [],
  };
}

/** Being in it is being in none. */
const IN_NO_NETWORK = new Set([NONE]);

interface Used {
  readonly networks: ReadonlySet<string>;
  readonly volumes: ReadonlySet<string>;
}

function usedBy(containers: readonly ContainerInspect[]): Used {
  const mounts = containers.flatMap(({ Mounts: found }) => found ?? []);
  return {
    networks: new Set(
      containers.flatMap(({ NetworkSettings: { Networks: found } }) => Object.keys(found ?? {})),
    ).difference(IN_NO_NETWORK),
    volumes: new Set(mounts.flatMap(({ Type, Name }) => (Type === 'volume' && Name !== undefined ? [Name] : []))),
  };
}

function referencesOf(containers: readonly ContainerInspect[]): readonly string[] {
  return containers.map(referenceOf).filter((reference) => reference !== '');
}

function hasOwnLabels(labels: Labels): boolean {
  return Object.keys(labels ?? {}).some((name) => name.startsWith(OWN_PREFIX));
}

/** What only helps trueup to move a volume is nobody's business. */
function ownedLeft(one: ContainerSummary): readonly LeftOut[] {
  const ownership = ownershipFrom(one.Labels);
  if (ownership === null) return [];
  return [leftOut(nameOfContainer(one), `it is trueup's already: ${ownership.environment}/${ownership.address}`)];
}

function leftOut(name: string, reason: string): LeftOut {
  return { type: 'service', name, reason };
}

function bareName({ Name: name }: ContainerInspect): string {
  return name.replace(/^\//, '');
}

function projectsOf(all: readonly { readonly Labels?: Labels }[]): readonly string[] {
  return [...new Set(all.flatMap(({ Labels: labels }) => foreignPlace(labels)?.project ?? []))];
}

function namesAsked(selection: ForeignSelection, names: readonly string[]): Pick<Known, 'unknown' | 'names'> {
  return { unknown: selection.names.filter((name) => !names.includes(name)), names };
}
