/**
 * The changing half of the simulated engine's API. A call has one effect or two, each of which takes place wholly or not
 * at all; between the two it can be cut off.
 */
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../../src/model/json.ts';
import type { Ownership } from '../../../src/model/observed.ts';
import type { EventBus } from './event-bus.ts';
import { defaultsOf, imageConfig, imageOf, type Registry } from './images.ts';
import { isUp, type Lives } from './life.ts';
import { type Blueprint, newObject } from './new-object.ts';
import { frozen, type Objects, type SimulatedObject } from './objects.ts';
import type { Traps } from './options.ts';
import { EngineRefusal } from './refusal.ts';

const CALL_NAMES = [
  'create',
  'pull',
  'start',
  'stop',
  'resume',
  'update',
  'rename',
  'remove',
  'connect',
  'disconnect',
] as const;

export type CallName = (typeof CALL_NAMES)[number];

/** Throws an {@link EngineRefusal} where the engine will not. */
export type Effect = () => JsonObject;

export interface EngineCall {
  readonly name: CallName;
  readonly object: ObjectReference;
  readonly effects: readonly [Effect] | readonly [Effect, Effect];
}

export interface Endpoint {
  /** Physical name of the network. */
  readonly network: string;
  readonly key: string | null;
  readonly aliases: readonly string[];
}

export interface CallsContext {
  readonly objects: Objects;
  readonly lives: Lives;
  readonly events: EventBus;
  readonly traps: Traps;
  readonly registry: Registry;
  /** Something is gone for good. */
  removed(object: SimulatedObject): void;
}

const NOTHING: JsonObject = {};

export class EngineCalls {
  readonly #context: CallsContext;
  /** Aliases of attachments that are no more, for engines that remember them. */
  readonly #remembered = new Map<string, readonly string[]>();
  /** Names of networks that are no more, by id. */
  readonly #goneNetworks = new Map<string, string>();

  constructor(context: CallsContext) {
    this.#context = context;
  }

  /** As engines do, a volume of that name that exists already counts as made. */
  create(object: ObjectReference, blueprint: Blueprint, endpoint: Endpoint | null): EngineCall {
    const { objects, events, traps } = this.#context;
    const make = (): JsonObject => {
      const existing = objects.find(object);
      if (existing !== null && object.type === 'volume') return { id: existing.id };
      const mayShare = object.type === 'network' && traps.duplicate_network_names;
      if (existing !== null && !mayShare) throw new EngineRefusal('name_taken', `the name ${object.name} is taken`);
      const made = newObject(objects.nextId(object.type), object, { ...blueprint, ...this.#imageFor(blueprint) });
      objects.add(made);
      if (object.type === 'network' && !traps.stale_network_ids) this.#takeOver(made);
      events.changed(made, 'create');
      return { id: made.id };
    };
    if (endpoint === null) return { name: 'create', object, effects: [make] };
    return { name: 'create', object, effects: [make, () => this.#attach(object, endpoint)] };
  }

  /** Whatever had the reference before goes on under its id alone, which nobody asks for any more. */
  pull(object: ObjectReference, platform: Json): EngineCall {
    const { objects, registry, events } = this.#context;
    const effect = (): JsonObject => {
      const contents = registry.contentsOf(object.name);
      if (contents === null) throw new EngineRefusal('not_found', `no registry has ${object.name}`);
      const config = imageConfig(object.name, platform, contents);
      const before = objects.find(object);
      if (before !== null && jsonEqual(before.config, config)) return { id: before.id };
      if (before !== null) objects.delete(before);
      const made = newObject(objects.nextId('image'), object, { config, ownership: null, mounts: [] });
      objects.add(made);
      events.changed(made, 'pull');
      return { id: made.id };
    };
    return { name: 'pull', object, effects: [effect] };
  }

  start(object: ObjectReference): EngineCall {
    return this.#living('start', object, (found) => this.#context.lives.start(found));
  }

  stop(object: ObjectReference): EngineCall {
    return this.#living('stop', object, (found) => this.#context.lives.stop(found));
  }

  resume(object: ObjectReference): EngineCall {
    return this.#living('resume', object, (found) => this.#context.lives.resume(found));
  }

  update(object: ObjectReference, fields: JsonObject): EngineCall {
    return this.#living('update', object, (found) => {
      const before = found.config;
      found.config = frozen({ ...before, ...this.#accepted(found, fields) });
      if (found.type !== 'service' && isUp(found)) found.effective ??= before;
    });
  }

  /** Takes what hangs on the name along: the mounts of a volume. */
  rename(object: ObjectReference, name: string, ownership: Ownership | null): EngineCall {
    const { objects } = this.#context;
    return this.#living('rename', object, (found) => {
      const other = objects.find({ type: object.type, name });
      if (other !== null && other !== found) throw new EngineRefusal('name_taken', `the name ${name} is taken`);
      objects.rename(found, name);
      found.ownership = ownership;
      for (const user of object.type === 'volume' ? objects.all('service') : []) {
        user.mounts = user.mounts.map((mount) => (mount === object.name ? name : mount));
      }
    });
  }

  /** Whatever runs is killed first. What others use cannot be removed. */
  remove(object: ObjectReference): EngineCall {
    const { objects, lives, events } = this.#context;
    const end = (): JsonObject => {
      const found = this.#find(object);
      this.#refuseUsed(found);
      if (found.life !== null) found.life = { ...found.life, stop_requested: true };
      if (isUp(found)) lives.exit(found, 137);
      return NOTHING;
    };
    const erase = (): JsonObject => {
      const found = this.#find(object);
      objects.delete(found);
      if (found.type === 'network') this.#goneNetworks.set(found.id, found.name);
      this.#context.removed(found);
      events.changed(found, 'destroy');
      return NOTHING;
    };
    const found = objects.find(object);
    return { name: 'remove', object, effects: found?.life === null ? [() => (end(), erase())] : [end, erase] };
  }

  connect(object: ObjectReference, endpoint: Endpoint): EngineCall {
    return { name: 'connect', object, effects: [() => this.#attach(object, endpoint)] };
  }

  /** By the network's id, and by force: also where the network is gone or the container does not run. */
  disconnect(object: ObjectReference, network: string): EngineCall {
    return this.#living('disconnect', object, (found) => {
      const attachment = found.attachments.get(network);
      if (attachment !== undefined) this.#remembered.set(`${found.id} ${attachment.key}`, attachment.aliases);
      found.attachments.delete(network);
    });
  }

  #imageFor({ config }: Blueprint): Pick<Blueprint, 'image'> {
    const wanted = imageOf(config);
    const image = wanted === null ? null : this.#context.objects.find(wanted);
    if (wanted === null || (image === null && !this.#context.traps.images_must_exist)) return {};
    if (image === null) throw new EngineRefusal('not_found', `no image is called ${wanted.name}`);
    return { image: { id: image.id, defaults: defaultsOf(image) } };
  }

  #attach(object: ObjectReference, endpoint: Endpoint): JsonObject {
    const { events, traps } = this.#context;
    const found = this.#find(object);
    const network = this.#find({ type: 'network', name: endpoint.network });
    if (found.attachments.has(network.id)) {
      throw new EngineRefusal('in_use', `${object.name} is attached to ${endpoint.network} already`);
    }
    const remembered = traps.aliases_lost ? undefined : this.#remembered.get(`${found.id} ${endpoint.key}`);
    const aliases = endpoint.aliases.length > 0 ? endpoint.aliases : (remembered ?? []);
    found.attachments.set(network.id, { key: endpoint.key, aliases });
    events.changed(found, 'connect');
    return { network: network.id };
  }

  /** Where containers hold networks by name, whatever takes a name takes what was attached to it. */
  #takeOver(network: SimulatedObject): void {
    for (const service of this.#context.objects.all('service')) {
      for (const [id, attachment] of service.attachments) {
        if (this.#goneNetworks.get(id) !== network.name) continue;
        service.attachments.delete(id);
        service.attachments.set(network.id, attachment);
      }
    }
  }

  #accepted(found: SimulatedObject, fields: JsonObject): JsonObject {
    if (found.type !== 'service') return fields;
    const accepted: Record<string, Json> = {};
    for (const [name, value] of Object.entries(fields)) {
      const isMerged = name === 'labels' || (name === 'resource_limits' && this.#context.traps.zero_means_unchanged);
      accepted[name] = isMerged ? merged(found.config[name] ?? null, value) : value;
    }
    return accepted;
  }

  #refuseUsed({ id, type, name }: SimulatedObject): void {
    if (type !== 'network' && type !== 'volume') return;
    const users = this.#context.objects
      .all('service')
      .filter((user) => isUp(user) && (type === 'network' ? user.attachments.has(id) : user.mounts.includes(name)));
    if (users.length === 0) return;
    const names = users.map((user) => user.name);
    throw new EngineRefusal('in_use', `${type} ${name} is used by ${names.join(', ')}`, { users: names });
  }

  #living(name: CallName, object: ObjectReference, act: (found: SimulatedObject) => void): EngineCall {
    const effect = (): JsonObject => {
      const found = this.#find(object);
      act(found);
      if (name !== 'start' && name !== 'stop' && name !== 'resume') this.#context.events.changed(found, name);
      return { id: found.id };
    };
    return { name, object, effects: [effect] };
  }

  #find(object: ObjectReference): SimulatedObject {
    const found = this.#context.objects.find(object);
    if (found === null) throw new EngineRefusal('not_found', `no ${object.type} is called ${object.name}`);
    return found;
  }
}

/** As update calls merge: what is zero or left out stays. */
function merged(before: Json, after: Json): Json {
  if (!isJsonObject(after)) return before;
  const set = Object.entries(after).filter(([, value]) => value !== null && value !== 0);
  return { ...(isJsonObject(before) ? before : {}), ...Object.fromEntries(set) };
}
