/**
 * One look at an engine: everything that a scope means. All lists are asked for, and what image references mean; each
 * container is inspected, but for those that are held where that is trusted.
 */
import type { ObservedObject } from '../../../model/observed.ts';
import type { Sealer } from '../../../model/secret.ts';
import type { Scope } from '../../scope.ts';
import type { EngineReader } from '../api/engine-api.ts';
import type { ContainerInspect, ContainerSummary } from '../api/wire.ts';
import type { Content, ContentNotes } from '../content-notes.ts';
import type { DockerFacts } from '../facts.ts';
import { type Inventory, type Names, namesOf } from '../fields/names.ts';
import { isBeingMoved, isMoveHelper } from '../steps/volume-moves.ts';
import { isMeant, nameOfContainer } from './belonging.ts';
import { FILTERS } from './events.ts';
import type { Held, HeldContainer } from './held.ts';
import { heldBasis, sameBasis } from './held-basis.ts';
import type { Images } from './images.ts';
import { mapLimited } from './limited.ts';
import { listEntry } from './list-entry.ts';
import { imageObject, networkObject, serviceObject, volumeObject } from './objects.ts';

/** More inspects at once make no look faster. */
const INSPECTS_AT_ONCE = 10;

export interface Sources {
  readonly reader: EngineReader;
  readonly sealer: Sealer;
  readonly notes: ContentNotes;
  readonly images: Images;
  readonly held: Held;
}

export interface Seen {
  readonly facts: DockerFacts;
  readonly inventory: Inventory;
  readonly objects: readonly ObservedObject[];
}

/** Whether each container is inspected, or only those of which what is held may be no longer right. */
export type Thoroughness = 'inspect_all' | 'trust_held';

/** Rejects where the engine does not answer, or not wholly. What vanishes between two calls is left out. */
export async function lookAtAll(
  sources: Sources,
  scope: Scope,
  signal: AbortSignal,
  thoroughness: Thoroughness = 'inspect_all',
): Promise<Seen> {
  const { held } = sources;
  const look = held.begin();
  let found: ReadonlyMap<string, HeldContainer> | null = null;
  try {
    const trusts = look !== null && thoroughness === 'trust_held';
    const { seen, holdable } = await lookHolding(sources, scope, signal, trusts);
    found = holdable;
    return seen;
  } finally {
    if (look !== null) held.end(look, found);
  }
}

interface Looked {
  readonly seen: Seen;
  readonly holdable: ReadonlyMap<string, HeldContainer>;
}

async function lookHolding(sources: Sources, scope: Scope, signal: AbortSignal, trusts: boolean): Promise<Looked> {
  const { reader, images, notes } = sources;
  const named = scope.names.image ?? [];
  const [facts, { helpers, containers }, networks, volumes, content] = await Promise.all([
    reader.facts(signal),
    containersMeant(sources, scope, signal, trusts),
    reader.networks(signal),
    reader.volumes(signal),
    notes.all(),
    images.resolve(named, signal),
  ]);
  const used = containers.map(referenceOfMet).filter((reference) => reference !== '' && !named.includes(reference));
  await images.resolve(used, signal);
  const inventory = { networks, volumes };
  const view = { sources, facts, names: namesOf(inventory, scope), now: Date.now() };
  // What Podman lists, and tells of, is less.
  const isHoldable = facts.kind === 'docker';
  const basisOf = heldBasis({ scope, inventory, facts, content, images });
  // In doubt it is inspected: nothing is gained by working out what a difference means.
  const sure = await mapLimited(containers, INSPECTS_AT_ONCE, async (met): Promise<Inspected | Trusted | null> => {
    if (met.inspect !== null || sameBasis(met.held.basis, basisOf(met.held.basis))) return met;
    const inspect = await reader.container(met.id, signal);
    return inspect === null ? null : { ...met, inspect, held: null };
  });
  const met = sure.filter((one) => one !== null);
  const inspected = met.flatMap(({ inspect }) => (inspect === null ? [] : [inspect]));
  await images.know(inspected, signal);
  const services = met.map(({ id, listed, inspect, held }) => {
    if (inspect === null) return { id, held, object: held.object };
    const object = serviceSeen(inspect, content.get(id) ?? null, view);
    const basis = basisOf({ container: id, image: inspect.Image, reference: referenceOf(inspect) });
    return { id, object, held: listed === null || !isHoldable ? null : { listed, basis, object } };
  });
  return {
    holdable: new Map(services.flatMap(({ id, held }) => (held === null ? [] : [[id, held]]))),
    seen: {
      facts,
      inventory,
      objects: [
        ...services.map(({ object }) => object),
        ...networks
          .filter(({ Name: name, Labels: labels }) => isMeant(scope, { type: 'network', name }, labels))
          .map(networkObject),
        ...volumes
          .filter(({ Name: name, Labels: labels }) => isMeant(scope, { type: 'volume', name }, labels))
          .filter(({ Name: name }) => !isBeingMoved(name, helpers, volumes))
          .map((volume) => volumeObject(volume, facts)),
        ...imagesSeen(images, [...named, ...used]),
      ],
    },
  };
}

interface Containers {
  /** As listed: they only help to move a volume. */
  readonly helpers: readonly ContainerSummary[];
  readonly containers: readonly (Inspected | Trusted)[];
}

interface Inspected {
  readonly id: string;
  /** `null` for what is never held. */
  readonly listed: string | null;
  readonly inspect: ContainerInspect;
  readonly held: null;
}

interface Trusted {
  readonly id: string;
  readonly listed: string;
  readonly inspect: null;
  readonly held: HeldContainer;
}

/** Inspected as soon as they are listed, while the engine still lists the rest. */
async function containersMeant(
  { reader, held }: Sources,
  scope: Scope,
  signal: AbortSignal,
  trusts: boolean,
): Promise<Containers> {
  const [all, isUpToDate] = await Promise.all([
    reader.containers(signal),
    trusts && !held.isEmpty && held.catchUp(reader, FILTERS, signal),
  ]);
  const meant = all.filter(
    (one) => !isMoveHelper(one) && isMeant(scope, { type: 'service', name: nameOfContainer(one) }, one.Labels),
  );
  const met = await mapLimited(meant, INSPECTS_AT_ONCE, async (summary): Promise<Inspected | Trusted | null> => {
    const { Id: id } = summary;
    const listed = listEntry(summary);
    const known = isUpToDate ? held.get(id) : null;
    if (known !== null && listed !== null && known.listed === listed) return { id, listed, inspect: null, held: known };
    const inspect = await reader.container(id, signal);
    return inspect === null ? null : { id, listed, inspect, held: null };
  });
  return { helpers: all.filter(isMoveHelper), containers: met.filter((one) => one !== null) };
}

function referenceOfMet({ inspect, held }: Inspected | Trusted): string {
  return inspect === null ? held.basis.reference : referenceOf(inspect);
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
