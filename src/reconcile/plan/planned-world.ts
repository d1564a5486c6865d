/**
 * The world as a plan sees it, for drivers and for the order of steps. An address stands for what is declared; what else
 * carries it, on its engine under another name or on another engine, is known as that very object.
 */
import { isAside, type World } from '../../diff/world.ts';
import type { StepsContext } from '../../drivers/driver.ts';
import type { Address } from '../../model/address.ts';
import type { Change } from '../../model/change.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import type { ObservedObject } from '../../model/observed.ts';

export interface PlannedWorldInput {
  readonly environment: DesiredEnvironment;
  readonly world: World;
  readonly destroyData: boolean;
}

export class PlannedWorld {
  readonly #input: PlannedWorldInput;
  readonly #observed: ReadonlyMap<string, ReadonlyMap<Address, ObservedObject>>;
  /** Addresses by engine: what lets go of its neighbours, and takes them up, by its own steps. */
  readonly #made = new Map<string, Set<Address>>();
  /** Addresses by engine: what its users let go of first. */
  readonly #remade = new Map<string, Set<Address>>();
  readonly #created: ReadonlyMap<Address, string>;

  constructor(changes: readonly Change[], input: PlannedWorldInput) {
    this.#input = input;
    this.#observed = observedByEngine(input);
    this.#created = new Map(
      changes.flatMap(({ action, address, engine }) => (action === 'create' ? [[address, engine]] : [])),
    );
    for (const change of changes) {
      const { address, engine, action } = change;
      const isGone = action === 'delete' || action === 'replace';
      if ((isGone || action === 'create') && !this.isLeftover(change)) addTo(this.#made, engine, address);
      if (isGone || (isHeld(change) && action !== 'create')) addTo(this.#remade, engine, address);
    }
  }

  /** Whether a removal takes something else than the declared resource, which stays as it is or changes by itself. */
  isLeftover({ address, engine, name, action }: Change): boolean {
    const declared = this.#input.environment.resources.get(address);
    if (action !== 'delete' || declared === undefined) return false;
    return declared.engine === engine ? declared.name !== name : this.#created.get(address) !== declared.engine;
  }

  /** Whether the plan makes or removes what an address stands for on an engine. */
  isMadeOrRemoved(address: Address, engine: string): boolean {
    return this.#made.get(engine)?.has(address) === true;
  }

  /** The physical name of what an address stands for. */
  nameOf(address: Address, engine: string): string {
    const declared = this.#input.environment.resources.get(address);
    if (declared?.engine === engine) return declared.name;
    return this.#observed.get(engine)?.get(address)?.name ?? '';
  }

  contextOf(change: Change): StepsContext {
    const { environment, world, destroyData } = this.#input;
    const { engine, address } = change;
    const observed = this.#observed.get(engine) ?? new Map<Address, ObservedObject>();
    const find = world.finder(engine);
    const itself = this.isLeftover(change) ? find(change) : null;
    return {
      facts: world.facts(engine),
      project: environment.project,
      environment: environment.name,
      desired: environment.resources,
      observed: itself === null ? observed : new Map(observed).set(address, itself),
      remade: this.#remade.get(engine) ?? new Set(),
      find,
      destroyData,
      keepsAside: this.#canGoBack(change),
      aside: this.asideOf(change),
    };
  }

  /** What an earlier run has set aside of the resource that a change is about. */
  asideOf(change: Change): ObservedObject | null {
    if (change.type !== 'service' || this.isLeftover(change) || change.action === 'delete') return null;
    return this.#input.world.aside(change.address, change.engine, change.name);
  }

  #canGoBack({ type, action, address }: Change): boolean {
    const { environment } = this.#input;
    return type === 'service' && action !== 'delete' && environment.resources.get(address)?.on_failure === 'rollback';
  }

  /** What is there of each declared resource on the engine on which it is declared. */
  declared(): ReadonlyMap<Address, ObservedObject> {
    const found = new Map<Address, ObservedObject>();
    for (const { address, engine } of this.#input.environment.resources.values()) {
      const object = this.#observed.get(engine)?.get(address);
      if (object !== undefined) found.set(address, object);
    }
    return found;
  }
}

/** What others mount or join: it changes only once they have let go of it. */
function isHeld({ type }: Change): boolean {
  return type === 'volume' || type === 'network';
}

function addTo(sets: Map<string, Set<Address>>, engine: string, address: Address): void {
  const known = sets.get(engine);
  if (known === undefined) sets.set(engine, new Set([address]));
  else known.add(address);
}

/** Of several under one address the one with the declared name, and none that was set aside from under it. */
function observedByEngine({
  environment,
  world,
}: PlannedWorldInput): ReadonlyMap<string, ReadonlyMap<Address, ObservedObject>> {
  const engines = new Map<string, Map<Address, ObservedObject>>();
  for (const { engine, address, object } of world.ours()) {
    const found = engines.get(engine) ?? new Map<Address, ObservedObject>();
    engines.set(engine, found);
    const declared = environment.resources.get(address);
    if (declared !== undefined && isAside(object, declared.name)) continue;
    const isMeant = declared?.name === object.name;
    if (isMeant || !found.has(address)) found.set(address, object);
  }
  return engines;
}
