/** The observed side, indexed: what is ours by address, and whatever stands under a name. */
import type { FindObject } from '../drivers/driver.ts';
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { nameBeforeAside } from '../model/aside.ts';
import { compareText } from '../model/json.ts';
import type { Facts, Observation, ObservedObject } from '../model/observed.ts';
import { isOurs } from '../model/ownership.ts';

interface OwnedObject {
  readonly engine: string;
  readonly object: ObservedObject;
}

export interface LocatedObject extends OwnedObject {
  readonly address: Address;
}

export class World {
  readonly #observations: ReadonlyMap<string, Observation>;
  readonly #ours = new Map<Address, OwnedObject[]>();
  readonly #byName = new Map<string, ObservedObject>();
  /** What is ours and was set aside, by the name that it had. */
  readonly #asides = new Map<string, ObservedObject[]>();
  /** The same of what nobody's labels stand on, and no claim counts of. */
  readonly #strayAsides = new Map<string, ObservedObject>();
  readonly #finders = new Map<string, FindObject>();
  readonly #sorted: readonly LocatedObject[];

  constructor(observations: ReadonlyMap<string, Observation>, owners: readonly string[], environment: string) {
    this.#observations = observations;
    for (const [engine, observation] of observations) {
      if (observation.status !== 'known') continue;
      for (const object of observation.objects) {
        this.#byName.set(nameKey(engine, object.type, object.name), object);
        const { ownership } = object;
        const before = object.type === 'service' ? nameBeforeAside(object.name) : null;
        if (before !== null && ownership === null) this.#strayAsides.set(nameKey(engine, object.type, before), object);
        if (ownership?.environment !== environment || !isOurs(object, owners)) continue;
        const found = this.#ours.get(ownership.address);
        if (found === undefined) this.#ours.set(ownership.address, [{ engine, object }]);
        else found.push({ engine, object });
        if (before !== null) addTo(this.#asides, nameKey(engine, object.type, before), object);
      }
    }
    this.#sorted = [...this.#ours]
      .flatMap(([address, found]) => found.map((owned) => ({ address, ...owned })))
      .sort(
        (left, right) => compareText(left.address, right.address) || compareText(left.object.name, right.object.name),
      );
  }

  /**
   * Ours under this address on this engine. Should several carry it, which only a crash between two steps leaves
   * behind, the one with the wanted name counts, and the others are undeclared. What was set aside is none of them.
   */
  find(address: Address, engine: string, name: string): ObservedObject | null {
    const candidates = this.#on(address, engine).filter((object) => !isAside(object, name));
    return candidates.find((object) => object.name === name) ?? candidates[0] ?? null;
  }

  /** What a run has set aside of a resource and neither discarded nor brought back: of several the first, which worked. */
  aside(address: Address, engine: string, name: string): ObservedObject | null {
    const asides = this.#on(address, engine).filter((object) => isAside(object, name));
    // On some engines it still says the address that its service had before.
    return [...asides, ...(this.#asides.get(nameKey(engine, 'service', name)) ?? [])].reduce<ObservedObject | null>(
      (first, object) => (first !== null && first.name < object.name ? first : object),
      null,
    );
  }

  /**
   * What a run set aside of something claimed that nobody is known to have agreed to: it may be all that is left of what
   * worked, so that nothing is made in its place before a person has said whose it is.
   */
  strayAside({ adopted, engine, type, name }: DesiredResource): ObservedObject | null {
    return adopted === true ? (this.#strayAsides.get(nameKey(engine, type, name)) ?? null) : null;
  }

  #on(address: Address, engine: string): readonly ObservedObject[] {
    return (this.#ours.get(address) ?? []).filter((owned) => owned.engine === engine).map(({ object }) => object);
  }

  /** Whatever has this name on the engine, whoever it belongs to. */
  named(resource: DesiredResource): ObservedObject | null {
    return this.#byName.get(nameKey(resource.engine, resource.type, resource.name)) ?? null;
  }

  /** Looks on one engine. */
  finder(engine: string): FindObject {
    const known = this.#finders.get(engine);
    if (known !== undefined) return known;
    const find: FindObject = ({ type, name }) => this.#byName.get(nameKey(engine, type, name)) ?? null;
    this.#finders.set(engine, find);
    return find;
  }

  /** All that is ours in this environment, by address and name. */
  ours(): readonly LocatedObject[] {
    return this.#sorted;
  }

  status(engine: string): Observation['status'] {
    return this.#observations.get(engine)?.status ?? 'unreachable';
  }

  facts(engine: string): Facts | null {
    const observation = this.#observations.get(engine);
    return observation?.status === 'known' ? observation.facts : null;
  }

  /** Engines on which nothing may be planned or pruned, because unreachable is not empty. */
  unreachable(environment: DesiredEnvironment): readonly { readonly engine: string; readonly error: string }[] {
    return Object.keys(environment.engines)
      .sort(compareText)
      .flatMap((engine) => {
        const observation = this.#observations.get(engine);
        return observation?.status === 'unreachable' ? [{ engine, error: observation.error }] : [];
      });
  }
}

/** Whether it was set aside. What a manifest asks for by such a name is meant as it is. */
export function isAside(object: ObservedObject, wanted: string): boolean {
  return object.type === 'service' && object.name !== wanted && nameBeforeAside(object.name) !== null;
}

function addTo(lists: Map<string, ObservedObject[]>, key: string, object: ObservedObject): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [object]);
  else known.push(object);
}

function nameKey(engine: string, type: string, name: string): string {
  return `${engine}\0${type}\0${name}`;
}
