/** One look at an engine: everything that a scope means, each container of it really inspected. */
import type { ObservedObject } from '../../../model/observed.ts';
import type { Sealer } from '../../../model/secret.ts';
import type { Scope } from '../../driver.ts';
import type { EngineReader } from '../api/engine-api.ts';
import type { ContainerInspect, ContainerSummary } from '../api/wire.ts';
import type { Content, ContentNotes } from '../content-notes.ts';
import type { DockerFacts } from '../facts.ts';
import { type Inventory, type Names, namesOf } from '../fields/names.ts';
import { isBeingMoved, isMoveHelper } from '../steps/volume-moves.ts';
import { isMeant, nameOfContainer } from './belonging.ts';
import type { Images } from './images.ts';
import { mapLimited } from './limited.ts';
import { imageObject, networkObject, serviceObject, volumeObject } from './objects.ts';

/** More inspects at once make no look faster. */
const INSPECTS_AT_ONCE = 10;

export interface Sources {
  readonly reader: EngineReader;
  readonly sealer: Sealer;
  readonly notes: ContentNotes;
  readonly images: Images;
}

export interface Seen {
  readonly facts: DockerFacts;
  readonly inventory: Inventory;
  readonly objects: readonly ObservedObject[];
}

/** Rejects where the engine does not answer, or not wholly. What vanishes between two calls is left out. */
export async function lookAtAll(sources: Sources, scope: Scope, signal: AbortSignal): Promise<Seen> {
  const { reader, images, notes } = sources;
  const named = scope.names.image ?? [];
  const [facts, { helpers, containers }, networks, volumes, content] = await Promise.all([
    reader.facts(signal),
    containersMeant(reader, scope, signal),
    reader.networks(signal),
    reader.volumes(signal),
    notes.all(),
    images.resolve(named, signal),
  ]);
  const used = containers.map(referenceOf).filter((reference) => reference !== '' && !named.includes(reference));
  await images.resolve(used, signal);
  await images.know(containers, signal);
  const inventory = { networks, volumes };
  const view = { sources, facts, names: namesOf(inventory, scope), now: Date.now() };
  return {
    facts,
    inventory,
    objects: [
      ...containers.map((container) => serviceSeen(container, content.get(container.Id) ?? null, view)),
      ...networks
        .filter(({ Name: name, Labels: labels }) => isMeant(scope, { type: 'network', name }, labels))
        .map(networkObject),
      ...volumes
        .filter(({ Name: name, Labels: labels }) => isMeant(scope, { type: 'volume', name }, labels))
        .filter(({ Name: name }) => !isBeingMoved(name, helpers, volumes))
        .map(volumeObject),
      ...imagesSeen(images, [...named, ...used]),
    ],
  };
}

interface Containers {
  /** As listed: they only help to move a volume. */
  readonly helpers: readonly ContainerSummary[];
  readonly containers: readonly ContainerInspect[];
}

/** Inspected as soon as they are listed, while the engine still lists the rest. */
async function containersMeant(reader: EngineReader, scope: Scope, signal: AbortSignal): Promise<Containers> {
  const listed = await reader.containers(signal);
  const meant = listed.filter(
    (one) => !isMoveHelper(one) && isMeant(scope, { type: 'service', name: nameOfContainer(one) }, one.Labels),
  );
  const inspected = await mapLimited(meant, INSPECTS_AT_ONCE, ({ Id: id }) => reader.container(id, signal));
  return { helpers: listed.filter(isMoveHelper), containers: inspected.filter((container) => container !== null) };
}

export interface ViewParts {
  readonly sources: Sources;
  readonly facts: DockerFacts;
  readonly names: Names;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function serviceSeen(
  container: ContainerInspect,
  content: Content | null,
  { sources, facts, names, now }: ViewParts,
): ObservedObject {
  const { image, resolves } = sources.images.of(container);
  const { sealer } = sources;
  return serviceObject(container, { image, imageResolves: resolves, names, sealer, content, facts }, now);
}

export function imagesSeen(images: Images, references: readonly string[]): readonly ObservedObject[] {
  return [...new Set(references)].flatMap((reference) => {
    const image = images.named(reference);
    return image === null ? [] : [imageObject(reference, image)];
  });
}

export function referenceOf({ Config: { Image: reference = '' } }: ContainerInspect): string {
  return reference;
}
