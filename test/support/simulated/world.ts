/** Acts as the world: what people, the kernel and other tools do to an engine behind trueup's back. */
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import type { ResourceType } from '../../../src/model/address.ts';
import type { FieldPath } from '../../../src/model/field-path.ts';
import { fieldPath, parseFieldPath } from '../../../src/model/field-path.ts';
import { isJsonObject, type Json, type JsonObject, member } from '../../../src/model/json.ts';
import type { Ownership } from '../../../src/model/observed.ts';
import type { Behaviour } from './behaviour.ts';
import type { EventBus } from './event-bus.ts';
import { type ImageContents, imageConfig } from './images.ts';
import { isUp, type Lives } from './life.ts';
import { newObject } from './new-object.ts';
import { frozen, type Objects, type SimulatedObject } from './objects.ts';

const IMAGE_PATH: FieldPath = fieldPath('container', 'image');

export interface Removal extends ObjectReference {
  readonly by: 'trueup' | 'world';
}

/** What of an engine the world has its hands on: everything. */
export interface WorldContext {
  readonly objects: Objects;
  readonly lives: Lives;
  readonly events: EventBus;
  readonly behaviours: Map<string, Partial<Behaviour>>;
  readonly removals: Removal[];
  setOutage(reason: string | null): void;
}

export interface ForeignObject {
  readonly type?: ResourceType;
  readonly name: string;
  /** `null`, the default: nobody marked it. */
  readonly ownership?: Ownership | null;
  readonly config?: JsonObject;
  /** Whether it is started as well. */
  readonly running?: boolean;
}

export class World {
  readonly #engine: WorldContext;

  constructor(engine: WorldContext) {
    this.#engine = engine;
  }

  /** Ends a process; its restart policy may bring it back. */
  kill(name: string, code = 137): void {
    this.#engine.lives.exit(this.#get(name), code);
  }

  pause(name: string, type: ResourceType = 'service'): void {
    this.#engine.lives.pause(this.#get(name, type));
  }

  resume(name: string, type: ResourceType = 'service'): void {
    this.#engine.lives.resume(this.#get(name, type));
  }

  stop(name: string, type: ResourceType = 'service'): void {
    const object = this.#get(name, type);
    this.#engine.lives.resume(object);
    this.#engine.lives.stop(object);
  }

  start(name: string, type: ResourceType = 'service'): void {
    this.#engine.lives.start(this.#get(name, type));
  }

  /** Leaves it half removed: nothing but removing it works any more. */
  wreck(name: string): void {
    this.#engine.lives.wreck(this.#get(name));
  }

  /** As if somebody else had made them, or all: no label stands on it. */
  unmark(...names: readonly string[]): void {
    const all = this.#engine.objects.all();
    for (const object of all) if (names.length === 0 || names.includes(object.name)) object.ownership = null;
  }

  /** By force, whatever uses it. */
  remove(name: string, type: ResourceType = 'service'): void {
    const object = this.#get(name, type);
    if (object.life !== null) object.life = { ...object.life, stop_requested: true };
    if (isUp(object)) this.#engine.lives.exit(object, 137);
    this.#engine.objects.delete(object);
    this.#engine.removals.push({ type, name, by: 'world' });
    this.#engine.events.changed(object, 'destroy');
  }

  rename(name: string, to: string, type: ResourceType = 'service'): void {
    const object = this.#get(name, type);
    this.#engine.objects.rename(object, to);
    this.#engine.events.changed(object, 'rename');
  }

  /** Changes one field of the configuration; `null` unsets it. */
  editField(name: string, path: FieldPath, value: Json, type: ResourceType = 'service'): void {
    const object = this.#get(name, type);
    object.config = frozen(withField(object.config, parseFieldPath(path) ?? [], value));
    // Another image under the hood: whatever it is called, it is not the one that it was made from.
    if (path === IMAGE_PATH) object.image_id = `image of ${JSON.stringify(value)}`;
    this.#engine.events.changed(object, 'update');
  }

  /** As careless people reconnect: without aliases, unless they give some. */
  attachNetwork(name: string, network: string, aliases: readonly string[] = []): void {
    const object = this.#get(name);
    object.attachments.set(this.#get(network, 'network').id, { key: null, aliases });
    this.#engine.events.changed(object, 'connect');
  }

  detachNetwork(name: string, network: string): void {
    const object = this.#get(name);
    object.attachments.delete(this.#get(network, 'network').id);
    this.#engine.events.changed(object, 'disconnect');
  }

  /** Something that somebody else made. */
  addForeign({ type = 'service', name, ownership = null, config = {}, running = false }: ForeignObject): void {
    const { objects, lives, events } = this.#engine;
    const object = newObject(objects.nextId(type), { type, name }, { config, ownership, mounts: [] });
    objects.add(object);
    events.changed(object, 'create');
    if (running) lives.start(object);
  }

  /** Gives a reference to another image, as a build does. */
  tag(reference: string, contents: ImageContents): void {
    const { objects, events } = this.#engine;
    const before = objects.find({ type: 'image', name: reference });
    if (before !== null) objects.delete(before);
    const config = imageConfig(reference, null, contents);
    const blueprint = { config, ownership: null, mounts: [] };
    const made = newObject(objects.nextId('image'), { type: 'image', name: reference }, blueprint);
    objects.add(made);
    events.changed(made, 'tag');
  }

  writeData(volume: string, data: string): void {
    this.#get(volume, 'volume').data = data;
  }

  /** A line in the log of a service. */
  write(name: string, line: string): void {
    this.#engine.lives.write(this.#get(name), line);
  }

  /** From its next start, or its next probe, it behaves like this, whatever its command says. */
  behave(name: string, behaviour: Partial<Behaviour>): void {
    this.#engine.behaviours.set(name, behaviour);
  }

  goDown(reason = 'connection refused'): void {
    this.#engine.setOutage(reason);
    this.#engine.events.gap(reason, true);
  }

  comeUp(): void {
    this.#engine.setOutage(null);
    this.#engine.events.gap('the connection was lost', true);
  }

  has(name: string, type: ResourceType = 'service'): boolean {
    return this.#engine.objects.find({ type, name }) !== null;
  }

  /** Throws for what does not exist: a test that means nothing is wrong. */
  get(name: string, type: ResourceType = 'service'): Readonly<SimulatedObject> {
    return this.#get(name, type);
  }

  #get(name: string, type: ResourceType = 'service'): SimulatedObject {
    const reference: ObjectReference = { type, name };
    const object = this.#engine.objects.find(reference);
    if (object === null) throw new Error(`the simulated world has no ${type} called ${name}`);
    return object;
  }
}

function withField(target: JsonObject, names: readonly string[], value: Json): JsonObject {
  const [name, ...rest] = names;
  if (name === undefined) return isJsonObject(value) ? value : target;
  const child = member(target, name);
  return { ...target, [name]: rest.length > 0 ? withField(isJsonObject(child) ? child : {}, rest, value) : value };
}
