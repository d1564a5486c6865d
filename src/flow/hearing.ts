/** Hear: what happens on the engines of an environment, as it happens, told by address. */
import type { EngineEvent } from '../drivers/engine-event.ts';
import type { Scope } from '../drivers/scope.ts';
import type { Address, ResourceType } from '../model/address.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import { readRecorded } from '../state/recorded.ts';
import { assertCarriedOut, modelsOf } from './load.ts';
import { type ObservedEngine, type Observations, observeEnvironment } from './observe.ts';
import type { Workspace } from './workspace.ts';

export interface HeardEvent {
  readonly environment: string;
  readonly engine: string;
  /** Of whom it is; `null` for a gap, and for what no manifest declares and nothing was known of before. */
  readonly address: Address | null;
  readonly event: EngineEvent;
}

export interface Hearing {
  onEvent(event: HeardEvent): Promise<void>;
  /** An engine that does not answer now is listened to all the same. */
  onSilence(engine: string, error: string): void;
}

/** Goes on until the signal aborts, and then ends without an error. */
export async function hearEnvironment(
  workspace: Workspace,
  environment: DesiredEnvironment,
  hearing: Hearing,
  signal: AbortSignal,
): Promise<void> {
  const { drivers, owners, vault: sealer } = workspace;
  const { recorded } = await readRecorded(workspace.state, environment.name);
  const models = await modelsOf(environment, drivers);
  assertCarriedOut(environment, models);
  const request = { environment, recorded, owners, drivers, models, sealer };
  await using observed = await observeEnvironment(request, signal);
  const addresses = addressesOf(environment, observed);
  for (const [engine, observation] of observed.observations)
    if (observation.status === 'unreachable') hearing.onSilence(engine, observation.error);
  const sources = await sourcesOf(workspace, environment, observed);
  const left = new AbortController();
  const either = AbortSignal.any([signal, left.signal]);
  async function hear({ name, engine, scope }: Source): Promise<void> {
    for await (const event of engine.observer.events(scope, either)) {
      const address = addresses.get(event.type === 'gap' ? '' : keyOf(event.object)) ?? null;
      await hearing.onEvent({ environment: environment.name, engine: name, address, event });
    }
  }
  try {
    await Promise.all(sources.map(hear));
  } finally {
    // Where one cannot be heard any more, the others would go on for nobody.
    left.abort();
  }
}

/** By name, of what is declared and of what was made from older manifests. */
function addressesOf(environment: DesiredEnvironment, { observations }: Observations): ReadonlyMap<string, Address> {
  const addresses = new Map<string, Address>();
  for (const observation of observations.values()) {
    for (const object of observation.status === 'known' ? observation.objects : [])
      if (object.ownership !== null) addresses.set(keyOf(object), object.ownership.address);
  }
  for (const resource of environment.resources.values()) addresses.set(keyOf(resource), resource.address);
  return addresses;
}

function keyOf({ type, name }: { readonly type: ResourceType; readonly name: string }): string {
  return `${type} ${name}`;
}

interface Source {
  readonly name: string;
  readonly engine: ObservedEngine;
  readonly scope: Scope;
}

/** The engines that hold something of the environment, or should. Two names may mean one engine, which is heard once. */
async function sourcesOf(
  { drivers }: Workspace,
  environment: DesiredEnvironment,
  { engines, observations }: Observations,
): Promise<readonly Source[]> {
  const placed = new Set([...environment.resources.values()].map(({ engine }) => engine));
  const sources = new Map<string, Source>();
  for (const [name, engine] of engines) {
    const observation = observations.get(name);
    const holds = observation?.status === 'known' && observation.objects.length > 0;
    if (!placed.has(name) && !holds) continue;
    const identity = (await drivers.load(engine.declaration.driver))?.identity(engine.declaration) ?? name;
    const known = sources.get(identity);
    const scope = known === undefined ? engine.scope : withNames(known.scope, engine.scope);
    sources.set(identity, { name: known?.name ?? name, engine, scope });
  }
  return [...sources.values()];
}

function withNames(left: Scope, right: Scope): Scope {
  const types = Object.keys({ ...left.names, ...right.names }) as ResourceType[];
  const names = types.map((type) => [type, [...(left.names[type] ?? []), ...(right.names[type] ?? [])]] as const);
  return { ...left, names: Object.fromEntries(names), external: { ...left.external, ...right.external } };
}
