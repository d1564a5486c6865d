/** What exists in the simulated world, found by id and by name. Configurations are frozen: who reads them can keep them. */
import type { LogLine } from '../../../src/drivers/log-line.ts';
import type { ObjectReference } from '../../../src/drivers/scope.ts';
import type { ResourceType } from '../../../src/model/address.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { Notifier } from './notifier.ts';
import type { Health, ObservedRunState, Ownership } from '../../../src/model/observed.ts';

/** An attachment to a network, by the network's id: a network made anew under the same name is another one. */
export interface Attachment {
  /** The key under which the environment knows the network; `null` when somebody else attached it. */
  readonly key: string | null;
  readonly aliases: readonly string[];
}

export interface Life {
  readonly state: ObservedRunState;
  readonly since: number;
  readonly exit_code: number | null;
  /** Restarts by the engine itself since it was started. */
  readonly restarts: number;
  /** How often it was started in all. */
  readonly starts: number;
  readonly stop_requested: boolean;
  readonly probes: number;
  readonly health: Health;
}

export interface SimulatedObject {
  readonly id: string;
  readonly type: ResourceType;
  name: string;
  ownership: Ownership | null;
  /** Without `run_state` and the networks, which are read off life and attachments. */
  config: JsonObject;
  /** What the running one still has of the configuration before. */
  effective: JsonObject | null;
  readonly attachments: Map<string, Attachment>;
  /** The image that a service was made from; `null` for what has none. */
  image_id: string | null;
  /** What fields that were left out mean for it. */
  readonly defaults: JsonObject | null;
  /** Physical names of mounted volumes. */
  mounts: readonly string[];
  /** Stands for the bytes in a volume or on a disk: it survives whatever the data survives. */
  data: string | null;
  /** `null` for what does not run. */
  life: Life | null;
  readonly log: LogLine[];
}

/** Objects for those who may only look. */
export interface ReadableObjects {
  byId(id: string): Readonly<SimulatedObject> | null;
  /** The oldest where a name is there twice, which engines allow for networks. */
  find(reference: ObjectReference): Readonly<SimulatedObject> | null;
  named(reference: ObjectReference): readonly Readonly<SimulatedObject>[];
  /** In the order in which they were made or renamed. */
  all(type?: ResourceType): readonly Readonly<SimulatedObject>[];
}

export class Objects implements ReadableObjects {
  readonly deleted: Notifier<SimulatedObject> = new Notifier();
  readonly #byId = new Map<string, SimulatedObject>();
  readonly #byName = new Map<string, SimulatedObject[]>();
  #made = 0;

  nextId(type: ResourceType): string {
    this.#made += 1;
    return `${type}-${String(this.#made).padStart(4, '0')}`;
  }

  add(object: SimulatedObject): void {
    this.#byId.set(object.id, object);
    const key = keyOf(object);
    this.#byName.set(key, [...(this.#byName.get(key) ?? []), object]);
  }

  delete(object: SimulatedObject): void {
    this.#forget(object);
    this.deleted.notify(object);
  }

  #forget(object: SimulatedObject): void {
    this.#byId.delete(object.id);
    const key = keyOf(object);
    const others = (this.#byName.get(key) ?? []).filter((other) => other !== object);
    if (others.length > 0) this.#byName.set(key, others);
    else this.#byName.delete(key);
  }

  rename(object: SimulatedObject, name: string): void {
    this.#forget(object);
    object.name = name;
    this.add(object);
  }

  byId(id: string): SimulatedObject | null {
    return this.#byId.get(id) ?? null;
  }

  find(reference: ObjectReference): SimulatedObject | null {
    return this.#byName.get(keyOf(reference))?.[0] ?? null;
  }

  named(reference: ObjectReference): readonly SimulatedObject[] {
    return this.#byName.get(keyOf(reference)) ?? [];
  }

  all(type?: ResourceType): readonly SimulatedObject[] {
    const all = [...this.#byId.values()];
    return type === undefined ? all : all.filter((object) => object.type === type);
  }

  clear(): void {
    this.#byId.clear();
    this.#byName.clear();
  }
}

/** The same value, which nobody can change any more. */
export function frozen<T extends JsonObject>(value: T): T {
  if (!Object.isFrozen(value)) freeze(value);
  return value;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const item of Object.values(value)) freeze(item);
}

function keyOf({ type, name }: ObjectReference): string {
  return `${type} ${name}`;
}
