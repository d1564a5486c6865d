/**
 * A side of a parity that was observed: what is there under the addresses of the environment, declared or not. What an engine
 * did not answer for is unknown, and neither there nor missing. Pure.
 */
import { identityOf } from '../../diff/beside.ts';
import { readdress } from '../../diff/readdress.ts';
import { isAside, type LocatedObject, World } from '../../diff/world.ts';
import type { DriverModel } from '../../drivers/driver.ts';
import { type Address, canRun, typeOf } from '../../model/address.ts';
import { nameBeforeAside } from '../../model/aside.ts';
import type { DesiredEnvironment } from '../../model/desired.ts';
import { type FieldPath, fieldPath, parseFieldPath, ROOT_PATH } from '../../model/field-path.ts';
import { compareText, type Json, type JsonObject } from '../../model/json.ts';
import type { SavedObservation } from '../../model/observation.ts';
import type { Observation, ObservedObject } from '../../model/observed.ts';
import type { SourceRange } from '../../model/source.ts';
import { dependenciesOf, isCompared } from './declared-parts.ts';
import { portableConfig } from './portable-config.ts';
import type { ResourcePart, SideParts } from './side-parts.ts';

export interface ObservedInput {
  readonly observation: SavedObservation;
  readonly label: string;
  /** What the manifests declare; `null` for an observation that came as a file. */
  readonly declared: DesiredEnvironment | null;
  /** Of its manifests, relative to the root of its repo: as far as anybody knows, where they are not at hand. */
  readonly folder: string;
  /** By the name of the driver. */
  readonly models: ReadonlyMap<string, DriverModel>;
}

export function observedParts(input: ObservedInput): SideParts {
  const { observation, label, declared } = input;
  const engines = observation.engines.toSorted((left, right) =>
    compareText(left.observation.engine, right.observation.engine),
  );
  const resources = new Map(locatedIn(input).map((located) => [located.address, partOf(located, input)] as const));
  return {
    label,
    environment: observation.environment,
    type: declared?.type ?? null,
    project: observation.project,
    origin: 'observed',
    revision: null,
    observed_at: observation.observed_at,
    engines: engines.map(({ driver, observation: found }) => ({
      name: found.engine,
      driver,
      version: found.status === 'known' ? (found.facts?.version ?? null) : null,
    })),
    resources,
    unknown: engines.flatMap(({ observation: found }) =>
      found.status === 'unreachable'
        ? [{ engine: found.engine, reason: found.error, addresses: placedOn(found.engine, input) }]
        : [],
    ),
    absent: new Map(absentIn(input, resources).map((address) => [address, locate(ROOT_PATH, address, declared)])),
    ignored: declared?.ignore_differences ?? [],
    tellsSecrets: declared !== null,
    knowsDependencies: declared !== null,
    ...(declared === null ? { named: (external) => namedIn(input, external) } : {}),
  };
}

/** What is declared, and an engine that was looked at does not have. */
function absentIn(input: ObservedInput, there: ReadonlyMap<Address, ResourcePart>): readonly Address[] {
  const { declared, observation } = input;
  if (declared === null) return [];
  const seen = observation.engines.map(({ observation: found }) => found).filter(({ status }) => status === 'known');
  const engines = new Set(seen.map(({ engine }) => engine));
  return placesOf(input)
    .filter(({ address, engine }) => engines.has(engine) && !there.has(address))
    .map(({ address }) => address)
    .toSorted(compareText);
}

/** What is external is nobody's of this environment, so that no record says that it belongs there: its name does. */
function namedIn(
  input: ObservedInput,
  { address, type, name, driver }: Pick<ResourcePart, 'address' | 'type' | 'name' | 'driver'>,
): ResourcePart | null {
  for (const { observation } of input.observation.engines.filter((engine) => engine.driver === driver)) {
    if (observation.status !== 'known') continue;
    const object = observation.objects.find((each) => each.type === type && each.name === name);
    if (object === undefined) continue;
    return { ...partOf({ address, engine: observation.engine, object }, input), declared: true, external: true };
  }
  return null;
}

interface Place {
  readonly address: Address;
  readonly engine: string;
  readonly name: string;
  readonly isExternal: boolean;
}

/** What is known to belong there: what is declared, or of a file what was recorded. */
function placesOf({ declared, observation }: ObservedInput): readonly Place[] {
  if (declared !== null) {
    return [...declared.resources.values()]
      .filter(isCompared)
      .map(({ address, engine, name, external }) => ({ address, engine, name, isExternal: external }));
  }
  return Object.entries(observation.recorded.resources)
    .map(([address, { engine, name }]) => ({ address: address as Address, engine, name, isExternal: false }))
    .filter(({ address }) => isCompared({ type: typeOf(address) }));
}

function placedOn(engine: string, input: ObservedInput): readonly Address[] {
  return placesOf(input)
    .filter((place) => place.engine === engine)
    .map(({ address }) => address)
    .toSorted(compareText);
}

/** One object for each address, as compare finds them; what runs set aside is none. */
function locatedIn(input: ObservedInput): readonly LocatedObject[] {
  const { observation, declared } = input;
  const world = worldOf(input);
  const located = new Map<Address, LocatedObject>();
  const met = new Set<string>();
  const take = (found: LocatedObject): void => {
    if (located.has(found.address) || met.has(identityOf(found.engine, found.object))) return;
    located.set(found.address, found);
    met.add(identityOf(found.engine, found.object));
  };
  for (const { address, engine, name, isExternal } of placesOf(input)) {
    const own = isExternal ? null : world.find(address, engine, name);
    const named = (): ObservedObject | null => world.finder(engine)({ type: typeOf(address), name });
    // Under a name that is declared stands what somebody else made only where the manifests say so.
    const object = own ?? (isExternal ? named() : null);
    if (object !== null) take({ address, engine, object });
  }
  for (const found of world.ours()) {
    const wanted = declared?.resources.get(found.address)?.name;
    const recorded = observation.recorded.resources[found.address]?.name;
    const isSetAside = nameBeforeAside(found.object.name) !== null && isAside(found.object, wanted ?? recorded ?? '');
    if (!isSetAside && isCompared(found.object)) take(found);
  }
  return [...located.values()].toSorted((left, right) => compareText(left.address, right.address));
}

function worldOf({ observation, declared, models }: ObservedInput): World {
  const observations = new Map<string, Observation>();
  const byEngine = new Map<string, DriverModel>();
  for (const { driver, observation: found } of observation.engines) {
    observations.set(found.engine, found);
    const model = models.get(driver);
    if (model !== undefined) byEngine.set(found.engine, model);
  }
  const { environment, owners } = observation;
  if (declared === null) return new World(observations, owners, environment);
  const seen = readdress({ environment, declared: declared.resources, observations, models: byEngine, owners });
  return new World(seen.observations, owners, environment);
}

function partOf({ address, engine, object }: LocatedObject, input: ObservedInput): ResourcePart {
  const { observation, declared, folder } = input;
  const desired = declared?.resources.get(address) ?? null;
  const found = observation.engines.find((candidate) => candidate.observation.engine === engine)?.observation;
  const place = { root: observation.root, folder };
  const relative = (config: JsonObject): JsonObject => portableConfig(config, place);
  return {
    address,
    type: object.type,
    name: object.name,
    config: relative(object.configured),
    dependencies: desired === null ? {} : dependenciesOf(desired),
    effective: object.effective === null ? null : relative(object.effective),
    status: statusOf(object),
    declared: declared === null ? Object.hasOwn(observation.recorded.resources, address) : desired !== null,
    locate: (path) => locate(path, address, declared),
    driver: driverOf(engine, input),
    facts: found?.status === 'known' ? found.facts : null,
    origin: 'observed',
    external: desired?.external ?? false,
    // Here the engine knows it as an object of its own, and of some things it alone tells.
    isBroughtAlong: false,
    asked: relative(desired?.config ?? observation.recorded.resources[address]?.config ?? {}),
    defaults: object.defaults === undefined ? null : relative(object.defaults),
  };
}

function driverOf(engine: string, { observation: { engines } }: ObservedInput): string {
  return engines.find(({ observation }) => observation.engine === engine)?.driver ?? engine;
}

/** What can be the same of two machines: no ids of processes and containers, no addresses, no times. */
function statusOf({ type, status }: ObservedObject): JsonObject {
  if (!canRun(type)) return {};
  const { run_state: runState, health, exit_code: exitCode, restarts, details } = status;
  const imageId: Json = details['image_id'] ?? null;
  const told: JsonObject = { run_state: runState, health, exit_code: exitCode, restarts, image_id: imageId };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null));
}

/** What runs stands nowhere: where it is declared is where somebody can do something about it. */
function locate(path: FieldPath, address: Address, declared: DesiredEnvironment | null): SourceRange | null {
  if (declared?.resources.has(address) !== true) return null;
  const [first, ...rest] = parseFieldPath(path) ?? [];
  if (first === 'status') return declared.locate(address, ROOT_PATH);
  return declared.locate(address, first === 'effective' ? fieldPath(...rest) : path);
}
