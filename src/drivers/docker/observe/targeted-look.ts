/**
 * A look at single objects with as few calls as can be: gates take one at every turn. What lists said before is believed
 * where it cannot have changed since, and so a service that runs is one inspect.
 */
import type { ObservedObject } from '../../../model/observed.ts';
import type { ObjectReference, Scope } from '../../scope.ts';
import type { EngineReader } from '../api/engine-api.ts';
import type { ContainerInspect } from '../api/wire.ts';
import type { DockerFacts } from '../facts.ts';
import { type Inventory, namesOf } from '../fields/names.ts';
import { imagesSeen, referenceOf, serviceSeen, type Sources } from './look.ts';
import { networkObject, volumeObject } from './objects.ts';

/** Kept for the life of an observer. */
export class TargetedLook {
  readonly #sources: Sources;
  #inventory: Inventory | null = null;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** What a whole look has just seen. */
  remember(inventory: Inventory): void {
    this.#inventory = inventory;
  }

  /** Rejects where the engine does not answer. What is not there is left out. */
  async at(
    objects: readonly ObjectReference[],
    scope: Scope,
    facts: DockerFacts,
    signal: AbortSignal,
  ): Promise<readonly ObservedObject[]> {
    const { reader } = this.#sources;
    // What services are is told by what the names of their images mean.
    const references = objects.filter(({ type }) => type === 'image').map(({ name }) => name);
    await this.#sources.images.resolve(references, signal);
    const found = await Promise.all(
      objects.map(async ({ type, name }): Promise<readonly ObservedObject[]> => {
        switch (type) {
          case 'service':
            return this.#service(name, scope, facts, signal);
          case 'network':
            // By name alone an engine that has two of it answers with an error.
            return (await reader.networks(signal)).filter((network) => network.Name === name).map(networkObject);
          case 'volume':
            return [await reader.volume(name, signal)]
              .filter((volume) => volume !== null)
              .map((volume) => volumeObject(volume, facts));
          case 'image':
            return imagesSeen(this.#sources.images, [name]);
          case 'vm':
          case 'cluster':
            return [];
          default:
            return type satisfies never;
        }
      }),
    );
    return this.#onceEach(found.flat(), scope, facts, signal);
  }

  /** What is renamed between two calls is met under both names: its id says under which it is. */
  async #onceEach(
    met: readonly ObservedObject[],
    scope: Scope,
    facts: DockerFacts,
    signal: AbortSignal,
  ): Promise<readonly ObservedObject[]> {
    const services = met.filter(({ type }) => type === 'service');
    const twice = new Set(services.map(({ id }) => id).filter((id, index, ids) => ids.indexOf(id) < index));
    if (twice.size === 0) return met;
    const now = await Promise.all([...twice].map((id) => this.#service(id, scope, facts, signal)));
    return [...met.filter(({ type, id }) => type !== 'service' || !twice.has(id)), ...now.flat()];
  }

  async #service(
    idOrName: string,
    scope: Scope,
    facts: DockerFacts,
    signal: AbortSignal,
  ): Promise<readonly ObservedObject[]> {
    const { reader, images, notes } = this.#sources;
    const container = await reader.container(idOrName, signal);
    if (container === null) return [];
    const reference = referenceOf(container);
    const [inventory, content] = await Promise.all([
      this.#inventoryFor(container, signal),
      notes.of(container.Id),
      images.of(container).resolves || reference === '' ? null : images.resolve([reference], signal),
    ]);
    await images.know([container], signal);
    const parts = { sources: this.#sources, facts, names: namesOf(inventory, scope), now: Date.now() };
    return [serviceSeen(container, content, parts)];
  }

  async #inventoryFor(container: ContainerInspect, signal: AbortSignal): Promise<Inventory> {
    const known = this.#inventory;
    if (known !== null && covers(known, container)) return known;
    const inventory = await readInventory(this.#sources.reader, signal);
    this.#inventory = inventory;
    return inventory;
  }
}

/** The engine removes no network of what runs, and no volume that is mounted anywhere. Podman's ids of networks are names. */
function covers({ networks, volumes }: Inventory, { State, NetworkSettings, Mounts }: ContainerInspect): boolean {
  const ids = Object.values(NetworkSettings.Networks ?? {}).map(({ NetworkID: id = '' }) => id);
  const mounted = (Mounts ?? []).flatMap(({ Type: type, Name: name }) =>
    type === 'volume' && name !== undefined ? [name] : [],
  );
  return (
    State.Running &&
    ids.every((id) => id !== '' && networks.some(({ Id, Name }) => Id === id || Name === id)) &&
    mounted.every((name) => volumes.some((volume) => volume.Name === name))
  );
}

async function readInventory(reader: EngineReader, signal: AbortSignal): Promise<Inventory> {
  const [networks, volumes] = await Promise.all([reader.networks(signal), reader.volumes(signal)]);
  return { networks, volumes };
}
