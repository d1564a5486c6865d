/** Observe: connects to the engines of an environment for reading, and looks. */
import type { Driver, DriverModel, DriverRegistry, Observer } from '../drivers/driver.ts';
import type { Scope } from '../drivers/scope.ts';
import { type Address, isAddress, type ResourceType, typeOf } from '../model/address.ts';
import type { DesiredEnvironment, EngineDeclaration } from '../model/desired.ts';
import type { Observation, Recorded } from '../model/observed.ts';
import type { Sealer } from '../model/secret.ts';
import { throughProvider } from './inside.ts';
import { seenFor } from './seen.ts';

export interface ObservedEngine {
  readonly declaration: EngineDeclaration;
  readonly observer: Observer;
  readonly scope: Scope;
}

export interface Observations extends AsyncDisposable {
  readonly engines: ReadonlyMap<string, ObservedEngine>;
  readonly observations: ReadonlyMap<string, Observation>;
}

export interface ObserveRequest {
  readonly environment: DesiredEnvironment;
  readonly recorded: Recorded;
  readonly owners: readonly string[];
  readonly drivers: DriverRegistry;
  readonly sealer: Sealer;
  readonly models: ReadonlyMap<string, DriverModel>;
}

/** How a plan gets to know what is there: by connecting, or through connections that somebody keeps. */
export type LookAt = (request: ObserveRequest, signal: AbortSignal) => Promise<Observations>;

/** An engine that somebody else has looked at, through a connection that stays theirs. */
export interface SeenEngine {
  readonly engine: ObservedEngine;
  readonly observation: Observation;
}

/**
 * Looks at every engine that has a driver, but for those that are `seen` already. An engine that nothing is placed on, and
 * nothing was recorded on, is looked at for what no manifest declares any more; that it does not answer is then no news.
 * Those inside of VMs come after those that run the VMs, and are asked only where their VM runs.
 */
export async function observeEnvironment(
  request: ObserveRequest,
  signal: AbortSignal,
  seen: ReadonlyMap<string, SeenEngine> = new Map(),
): Promise<Observations> {
  const { environment, drivers } = request;
  const opened: Observer[] = [];
  const engines = new Map<string, ObservedEngine>();
  const observations = new Map<string, Observation>();
  const identities = new Map<string, string>();
  const needed = enginesNeeded(request);
  const declared = Object.values(environment.engines).filter((engine) => request.models.has(engine.name));
  const answers = new Map<string, Observation>();
  const look = async (declaration: EngineDeclaration, driver: Driver): Promise<SeenEngine> => {
    const observer = await driver.observer(declaration, request.sealer);
    opened.push(observer);
    const scope = scopeOf(request, declaration.name);
    const ask = (): Promise<Observation> => observer.observe(scope, signal);
    const host = declaration.inside?.engine.name ?? '';
    const looked = { answer: answers.get(host), observer: engines.get(host)?.observer };
    const observation = await throughProvider(declaration, { ...looked, owners: request.owners, ask }, signal);
    return { engine: { declaration, observer, scope }, observation };
  };
  const meet = async (declaration: EngineDeclaration): Promise<void> => {
    const driver = await drivers.load(declaration.driver);
    if (driver === null) return;
    identities.set(declaration.name, driver.identity(declaration));
    const { engine, observation } = seen.get(declaration.name) ?? (await look(declaration, driver));
    engines.set(declaration.name, { ...engine, declaration });
    answers.set(declaration.name, observation);
    if (observation.status === 'known' || needed.has(declaration.name)) observations.set(declaration.name, observation);
  };
  const ended = await inTurns(declared, meet);
  const close = async (): Promise<void> => void (await Promise.all(opened.map((observer) => observer.close())));
  const broken = ended.find((end) => end.status === 'rejected');
  if (broken !== undefined) {
    // Nobody else knows of the connections that were opened beside it.
    await close();
    throw broken.reason;
  }
  return {
    engines,
    observations: seenFor(request, observations, identities),
    [Symbol.asyncDispose]: close,
  };
}

/** Whatever runs VMs first, then what is in them. */
async function inTurns(
  declared: readonly EngineDeclaration[],
  meet: (declaration: EngineDeclaration) => Promise<void>,
): Promise<readonly PromiseSettledResult<void>[]> {
  const { apart = [], inside = [] } = Object.groupBy(declared, (one) =>
    one.inside === undefined ? 'apart' : 'inside',
  );
  const first = await Promise.allSettled(apart.map(meet));
  return [...first, ...(await Promise.allSettled(inside.map(meet)))];
}

export function enginesNeeded({
  environment,
  recorded,
}: Pick<ObserveRequest, 'environment' | 'recorded'>): ReadonlySet<string> {
  const placed = [...environment.resources.values()].map((resource) => resource.engine);
  return new Set([...placed, ...Object.values(recorded.resources).map((resource) => resource.engine)]);
}

export function scopeOf(
  { environment, recorded, owners }: Pick<ObserveRequest, 'environment' | 'recorded' | 'owners'>,
  engine: string,
): Scope {
  const names = new Map<ResourceType, Set<string>>();
  const made: Partial<Record<ResourceType, string[]>> = {};
  const external: Record<string, Address> = {};
  const mean = (type: ResourceType, name: string): void => {
    names.set(type, (names.get(type) ?? new Set()).add(name));
  };
  for (const resource of environment.resources.values()) {
    if (resource.engine !== engine) continue;
    mean(resource.type, resource.name);
    if (resource.external || resource.adopted === true)
      external[`${resource.type} ${resource.name}`] = resource.address;
  }
  // Of what was adopted no label says that it was ours: what is declared no more is found by the name that it was adopted under.
  for (const [address, { engine: place, name, adopted }] of Object.entries(recorded.resources)) {
    if (place !== engine || !isAddress(address)) continue;
    (made[typeOf(address)] ??= []).push(name);
    if (adopted !== undefined) mean(typeOf(address), name);
  }
  const listed = Object.fromEntries([...names].map(([type, known]) => [type, [...known]]));
  return {
    owners,
    project: environment.project,
    environment: environment.name,
    names: listed,
    recorded: made,
    external,
  };
}
