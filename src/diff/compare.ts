/**
 * Compare: desired against observed against recorded, resource by resource. Pure; the findings come in the order of
 * their addresses. What is to be done about a finding is decided in decide.ts.
 */
import type { DriverModel } from '../drivers/driver.ts';
import type { Address } from '../model/address.ts';
import type { Conflict, Difference } from '../model/change.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { type Diagnostic, errorAt } from '../model/diagnostic.ts';
import { ROOT_PATH } from '../model/field-path.ts';
import { compareText, type JsonObject } from '../model/json.ts';
import type { Observation, ObservedObject, Recorded } from '../model/observed.ts';
import { isOurs } from '../model/ownership.ts';
import type { SeverityRule } from '../model/severity-rule.ts';
import { identityOf, isBeside } from './beside.ts';
import { joinCauses } from './cause.ts';
import { conflictWith } from './conflict.ts';
import { resourceDifferences } from './differences.ts';
import { IgnoreRules } from './ignore.ts';
import type { Comparison, Finding, Missing } from './findings.ts';
import { causeOfMissing } from './missing.ts';
import { NAME_PATH, nameDifference } from './name-difference.ts';
import { readdress } from './readdress.ts';
import { weightOf } from './severity.ts';
import { isAside, type LocatedObject, World } from './world.ts';

export interface CompareInput {
  readonly environment: DesiredEnvironment;
  readonly observations: ReadonlyMap<string, Observation>;
  readonly recorded: Recorded;
  /** All ids are ours. */
  readonly owners: readonly string[];
  /** The model of each declared engine, by the engine's name. */
  readonly models: ReadonlyMap<string, DriverModel>;
  /** `YYYY-MM-DD`, for ignore rules that expire. */
  readonly today: string;
  /** Only these addresses; `null` for all. */
  readonly targets: ReadonlySet<Address> | null;
  /** What the manifests declare, where `environment` does not hold it: `destroy` wants nothing of it. */
  readonly declared?: ReadonlyMap<Address, DesiredResource>;
  /** `run_state` looks at nothing but whether things run: what `start`, `stop` and `restart` change. */
  readonly fields: 'all' | 'run_state';
  /** What people say of severities; absent for nothing. */
  readonly severities?: readonly SeverityRule[];
}

export function compareEnvironment(input: CompareInput): Comparison {
  return new Comparer(input).compare();
}

class Comparer {
  readonly #input: CompareInput;
  readonly #world: World;
  /** Addresses that are written on what carries another one now. */
  readonly #written: ReadonlyMap<ObservedObject, Address>;
  readonly #rules: IgnoreRules;
  /** By identity: what is renamed while it is looked at may be seen under two names. */
  readonly #matched = new Set<string>();
  readonly #conflicts: Conflict[] = [];
  readonly #taken: Missing[] = [];
  readonly #diagnostics: Diagnostic[] = [];

  constructor(input: CompareInput) {
    this.#input = input;
    const { environment, owners, declared = environment.resources, observations, models } = input;
    const seen = readdress({ environment: environment.name, declared, observations, models, owners });
    this.#written = seen.written;
    this.#world = new World(seen.observations, owners, environment.name);
    this.#rules = new IgnoreRules(input.environment.ignore_differences, input.today);
  }

  compare(): Comparison {
    const { environment, targets, fields } = this.#input;
    const unreachable = this.#world.unreachable(environment);
    const resources = [...environment.resources.values()].sort((a, b) => compareText(a.address, b.address));
    const declared = resources.flatMap((resource) =>
      this.#isTarget(resource.address) ? this.#declared(resource) : [],
    );
    const undeclared = this.#world
      .ours()
      .filter(({ address, engine, object }) => this.#isTarget(address) && this.#meet(engine, object))
      .map((located) => this.#undeclared(located));
    return {
      findings: [...declared, ...undeclared],
      conflicts: this.#conflicts,
      taken: this.#taken,
      diagnostics: this.#diagnostics,
      ignored: this.#rules.hits(
        targets === null && fields === 'all' && unreachable.length === 0 && !this.#isSupposed(),
      ),
      world: this.#world,
      unreachable,
    };
  }

  /** Where desired is held against desired there is nothing that a rule is for. No engine told a fact then. */
  #isSupposed(): boolean {
    const observations = [...this.#input.observations.values()];
    return observations.some((observation) => observation.status === 'known' && observation.facts === null);
  }

  /** Whether it was not met before. */
  #meet(engine: string, object: ObservedObject): boolean {
    const before = this.#matched.size;
    return this.#matched.add(identityOf(engine, object)).size > before;
  }

  #isTarget(address: Address): boolean {
    return this.#input.targets === null || this.#input.targets.has(address);
  }

  #declared(desired: DesiredResource): readonly Finding[] {
    const status = this.#world.status(desired.engine);
    if (status === 'unreachable') return [];
    if (status === 'absent') return this.#onAbsent(desired);
    if (desired.external) return this.#external(desired);
    if (desired.type === 'image') return this.#image(desired);
    const aside = this.#world.aside(desired.address, desired.engine, desired.name);
    // It goes along with the resource, and is nothing of its own.
    if (aside !== null) this.#meet(desired.engine, aside);
    const own = this.#world.find(desired.address, desired.engine, desired.name);
    const moved = own === null ? this.#movedFrom(desired) : null;
    const observed = own ?? moved?.observed ?? null;
    const stray = this.#world.strayAside(desired);
    if (stray !== null) {
      if (observed !== null) this.#meet(desired.engine, observed);
      else this.#taken.push(this.#missing(desired));
      this.#conflicts.push(this.#conflict(desired, stray));
      return [];
    }
    if (observed !== null) {
      this.#meet(desired.engine, observed);
      const holder = observed.name === desired.name ? null : this.#world.named(desired);
      if (holder !== null && !this.#isOurs(holder)) {
        this.#conflicts.push(this.#conflict(desired, holder));
        return [];
      }
      return [
        this.#existing(desired, observed, moved?.from ?? (observed.name === desired.name ? null : desired.address)),
      ];
    }
    const namesake = this.#world.named(desired);
    if (namesake !== null) {
      this.#conflicts.push(this.#conflict(desired, namesake));
      this.#taken.push(this.#missing(desired));
      return [];
    }
    return this.#input.fields === 'run_state' ? [] : [this.#missing(desired)];
  }

  /** Nothing is there yet. Whether what somebody else is to have made is there shows once its engine is. */
  #onAbsent(desired: DesiredResource): readonly Finding[] {
    if (desired.external || this.#input.fields === 'run_state') return [];
    return [{ kind: 'missing', desired, cause: 'git', engineAbsent: true }];
  }

  #missing(desired: DesiredResource): Missing {
    const hasOthers = this.#world.ours().length > 0;
    const known = { recorded: this.#input.recorded, config: this.#recordedOf(desired.address), hasOthers };
    const looks = {
      model: this.#modelOf(desired.engine),
      facts: this.#world.facts(desired.engine),
      find: this.#world.finder(desired.engine),
    };
    return { kind: 'missing', desired, cause: causeOfMissing(desired, known, looks), engineAbsent: false };
  }

  #isOurs(object: ObservedObject): boolean {
    return isOurs(object, this.#input.owners);
  }

  #external(desired: DesiredResource): readonly Finding[] {
    if (this.#world.named(desired) === null) {
      const source = this.#input.environment.locate(desired.address, ROOT_PATH);
      const summary = `external ${desired.type} "${desired.name}" does not exist on engine "${desired.engine}"`;
      this.#diagnostics.push(errorAt('unknown_reference', source, summary, 'make it, or drop `external: true`'));
    }
    return [];
  }

  /** Images are nobody's: whoever made it, what has the name is it. */
  #image(desired: DesiredResource): readonly Finding[] {
    if (this.#input.fields === 'run_state') return [];
    const observed = this.#world.named(desired);
    if (observed !== null) return [this.#existing(desired, observed, null)];
    return [{ kind: 'missing', desired, cause: 'git', engineAbsent: false }];
  }

  #movedFrom(desired: DesiredResource): { readonly from: Address; readonly observed: ObservedObject } | null {
    const { environment } = this.#input;
    for (const { from, to } of environment.moved) {
      if (to !== desired.address || environment.resources.has(from)) continue;
      const candidate = this.#world
        .ours()
        .find(
          ({ address, engine, object }) =>
            address === from && engine === desired.engine && !isAside(object, desired.name),
        );
      if (candidate !== undefined) return { from, observed: candidate.object };
    }
    // One name is one thing: what kept its name and lost its key is the same under a new key.
    const namesake = this.#world.named(desired);
    const from = namesake?.ownership?.address;
    if (namesake === null || from === undefined || !this.#isOurs(namesake)) return null;
    const isFree = namesake.ownership?.environment === environment.name && !environment.resources.has(from);
    return isFree ? { from, observed: namesake } : null;
  }

  #existing(desired: DesiredResource, observed: ObservedObject, previousAddress: Address | null): Finding {
    const recorded = this.#recordedOf(previousAddress ?? desired.address) ?? this.#recordedAsWritten(observed);
    const { severities } = this.#input;
    const { differences, ignored } = resourceDifferences({
      environment: this.#input.environment.name,
      desired,
      observed,
      recorded,
      recordedInputs: this.#input.recorded.resources[previousAddress ?? desired.address]?.inputs ?? {},
      isUnfinished: this.#isUnfinished(desired.address),
      model: this.#modelOf(desired.engine),
      facts: this.#world.facts(desired.engine),
      find: this.#world.finder(desired.engine),
      fields: this.#input.fields,
      rules: this.#rules,
      ...(severities === undefined ? {} : { severities }),
      locate: (path) => this.#input.environment.locate(desired.address, path),
    });
    if (differences.length === 0 && previousAddress === null) {
      const hasAside = this.#world.aside(desired.address, desired.engine, desired.name) !== null;
      return { kind: 'equal', desired, observed, ignored, hasAside };
    }
    const renamed = previousAddress === desired.address ? this.#renamed(desired, observed) : null;
    const all = renamed === null ? differences : [renamed, ...differences];
    const cause = joinCauses(
      previousAddress === null || renamed !== null ? all.map((difference) => difference.cause) : ['git'],
    );
    return { kind: 'differs', desired, observed, previousAddress, renamed, differences, ignored, cause };
  }

  #renamed(desired: DesiredResource, observed: ObservedObject): Difference {
    const { address, engine } = desired;
    const { environment, recorded, severities } = this.#input;
    const known = recorded.resources[address];
    return nameDifference(desired, observed, {
      recorded: known?.engine === engine ? known.name : null,
      recordedInputs: known?.inputs ?? {},
      isUnfinished: this.#isUnfinished(address),
      weight: weightOf({ environment: environment.name, address, names: ['name'] }, severities),
      source: environment.locate(address, NAME_PATH),
    });
  }

  /** As it was applied, and as it was stopped on purpose since. */
  #recordedOf(address: Address): JsonObject | null {
    const { resources, stopped, suspended = [] } = this.#input.recorded;
    const config = resources[address]?.config ?? null;
    if (config === null || !stopped.includes(address)) return config;
    return { ...config, run_state: suspended.includes(address) ? 'suspended' : 'stopped' };
  }

  /** Under the key that it had before. */
  #recordedAsWritten(observed: ObservedObject): JsonObject | null {
    const written = this.#written.get(observed);
    return written === undefined ? null : this.#recordedOf(written);
  }

  #isUnfinished(address: Address): boolean {
    return this.#input.recorded.resources[address]?.unfinished === true;
  }

  #undeclared({ address, engine, object: observed }: LocatedObject): Finding {
    const { resources } = this.#input.recorded;
    const known = Object.hasOwn(resources, address) ? resources[address] : undefined;
    const isIt = known?.engine === engine && known.name === observed.name;
    const isStranger =
      !isIt &&
      known?.unfinished !== true &&
      isBeside({ address, engine, object: observed }, { ...this.#input, world: this.#world });
    const cause = known === undefined ? 'unknown' : isStranger ? 'world' : 'git';
    return { kind: 'undeclared', address, engine, observed, recorded: isIt ? known.config : null, cause, isStranger };
  }

  #conflict(desired: DesiredResource, namesake: ObservedObject): Conflict {
    const { environment, owners } = this.#input;
    const source = environment.locate(desired.address, ROOT_PATH);
    return conflictWith(desired, namesake, { environment: environment.name, owners, source });
  }

  #modelOf(engine: string): DriverModel {
    const model = this.#input.models.get(engine);
    if (model === undefined) throw new Error(`no model for engine ${engine}`);
    return model;
  }
}
