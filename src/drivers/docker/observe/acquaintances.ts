/** Whose the objects are that events speak of, as far as they were ever seen: what is destroyed can no longer be asked. */
import type { ObjectReference, Scope } from '../../scope.ts';
import type { EngineReader } from '../api/engine-api.ts';
import type { EventMessage } from '../api/wire.ts';
import { isMeant, nameOfContainer } from './belonging.ts';
import { type ConcernedByImage, ImageUsers } from './image-users.ts';

type Labels = Readonly<Record<string, string>> | null | undefined;

interface Acquaintance {
  readonly name: string;
  /** Of the scope. */
  readonly meant: boolean;
}

export class Acquaintances {
  readonly #reader: EngineReader;
  readonly #scope: Scope;
  readonly #containers = new Map<string, Acquaintance>();
  readonly #networks = new Map<string, Acquaintance>();
  readonly #volumes = new Map<string, Acquaintance>();
  readonly #users: ImageUsers;

  constructor(reader: EngineReader, scope: Scope) {
    this.#reader = reader;
    this.#scope = scope;
    this.#users = new ImageUsers(scope.names.image ?? []);
  }

  /** Gets to know all that is there. That it fails is no matter: what is unknown is asked for when it comes up. */
  async look(signal: AbortSignal): Promise<void> {
    const [containers, networks, volumes] = await Promise.all([
      this.#reader.containers(signal).catch(() => []),
      this.#reader.networks(signal).catch(() => []),
      this.#reader.volumes(signal).catch(() => []),
    ]);
    signal.throwIfAborted();
    for (const summary of containers) {
      const { Id: id, Image: image, ImageID: imageId, Labels: labels } = summary;
      const met = this.#meet('service', nameOfContainer(summary), labels);
      this.#containers.set(id, met);
      if (met.meant) this.#users.met(id, { name: met.name, image, imageId });
    }
    for (const { Id: id, Name: name, Labels: labels } of networks) {
      this.#networks.set(id, this.#meet('network', name, labels));
    }
    for (const { Name: name, Labels: labels } of volumes) this.#volumes.set(name, this.#meet('volume', name, labels));
  }

  /** The names under which the scope knows the container of an event: two when it has just been renamed. */
  container({ Action: action, Actor: { ID: id, Attributes: attributes } }: EventMessage): readonly string[] {
    const name = attributes?.['name'] ?? this.#containers.get(id)?.name ?? id;
    const before = attributes?.['oldName']?.replace(/^\//, '');
    const names = before === undefined ? [name] : [before, name];
    if (action === 'destroy' || action === 'remove') {
      this.#containers.delete(id);
      this.#users.gone(id);
    } else {
      const met = this.#meet('service', name, attributes);
      this.#containers.set(id, met);
      if (met.meant) this.#users.met(id, { name, image: attributes?.['image'], imageId: undefined });
    }
    return names.filter((each) => this.#meet('service', each, attributes).meant);
  }

  /** The container of the scope that was attached to a network, or taken off it. */
  attached({ Actor: { ID: id, Attributes: attributes } }: EventMessage): string | null {
    // Podman speaks of the container where Docker speaks of the network.
    const found = this.#containers.get(attributes?.['container'] ?? id);
    return found?.meant === true ? found.name : null;
  }

  /** The images that the scope names, and its containers, for which a name may mean something else now. */
  image(message: EventMessage): ConcernedByImage {
    return this.#users.concernedBy(message);
  }

  async network({ Action: action, Actor: actor }: EventMessage, signal: AbortSignal): Promise<string | null> {
    const { ID: id, Attributes: attributes } = actor;
    const name = attributes?.['name'] ?? id;
    const ask = async (): Promise<Labels> => (await this.#reader.network(id, signal))?.Labels;
    return this.#asked(this.#networks, id, { type: 'network', name }, isEnd(action), ask);
  }

  async volume({ Action: action, Actor: actor }: EventMessage, signal: AbortSignal): Promise<string | null> {
    // Podman leaves the id empty.
    const name = actor.ID === '' ? (actor.Attributes?.['name'] ?? '') : actor.ID;
    const ask = async (): Promise<Labels> => (await this.#reader.volume(name, signal))?.Labels;
    return this.#asked(this.#volumes, name, { type: 'volume', name }, isEnd(action), ask);
  }

  async #asked(
    known: Map<string, Acquaintance>,
    id: string,
    { type, name }: ObjectReference,
    isGone: boolean,
    ask: () => Promise<Labels>,
  ): Promise<string | null> {
    let found = known.get(id) ?? this.#meet(type, name, null);
    if (!isGone && !found.meant) found = this.#meet(type, name, await ask().catch(() => null));
    if (isGone) known.delete(id);
    else known.set(id, found);
    return found.meant ? found.name : null;
  }

  #meet(type: ObjectReference['type'], name: string, labels: Labels): Acquaintance {
    return { name, meant: isMeant(this.#scope, { type, name }, labels) };
  }
}

function isEnd(action: string): boolean {
  return action === 'destroy' || action === 'remove';
}
