/** Building blocks of steps: one function per verb, and what its arguments are. */
import { type Address, addressOf } from '../../../model/address.ts';
import type { FieldPath } from '../../../model/field-path.ts';
import { isJsonObject, type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';
import type { StepPhase } from '../../../model/plan.ts';
import type { StepsContext, StepSpec } from '../../driver.ts';
import type { Target } from './targets.ts';
import type { Verb } from './verbs.ts';

export interface CreateOptions {
  /** The final name, where the container is made under another one. */
  readonly finalName?: string;
  /** Anonymous volumes to carry over: their names by container path. */
  readonly anonymous?: JsonObject;
}

export function create(
  target: Target,
  config: JsonObject,
  context: StepsContext,
  { finalName = target.name, anonymous = {} }: CreateOptions = {},
): StepSpec {
  const { run_state: _runState, ...rest } = config;
  return spec('create', 'prepare', target, {
    final_name: finalName,
    config: rest,
    networks: physicalNames('network', networkKeys(config), context),
    volumes: physicalNames('volume', volumeKeys(config), context),
    declared_volumes: declaredVolumes(config, context),
    anonymous,
  });
}

/** `asNeighbour`: another resource's change asks for it; where the container is gone there is nothing to do. */
export function start(target: Target, config: JsonObject, context: StepsContext, asNeighbour = false): StepSpec {
  return spec('start', 'start', target, { endpoints: endpointsOf(config, context), as_neighbour: asNeighbour });
}

/** Lets go on what was paused; what ended meanwhile is started. */
export function resume(target: Target, config: JsonObject, context: StepsContext): StepSpec {
  return spec('resume', 'start', target, { endpoints: endpointsOf(config, context), as_neighbour: false });
}

/** `remadeVolume` goes then, which it can only where nobody else holds it. */
export function stop(target: Target, remadeVolume: string | null = null): StepSpec {
  return spec('stop', 'stop', target, remadeVolume === null ? {} : { remade_volume: remadeVolume });
}

export function update(target: Target, paths: readonly FieldPath[], config: JsonObject): StepSpec {
  const { container, resource_limits: limits } = config;
  const restart = memberAt(container, 'restart');
  return spec('update', 'alter', target, {
    paths,
    config: { container: { restart }, resource_limits: limits ?? null },
  });
}

export function signal(target: Target, name: string): StepSpec {
  return spec('signal', 'alter', target, { signal: name });
}

/** `content`: digests by container path. */
export function note(target: Target, content: JsonObject): StepSpec {
  return spec('note', 'alter', target, { content });
}

export function rename(target: Target, to: string): StepSpec {
  return spec('rename', 'alter', target, { to });
}

/** `anonymous`: volumes that only this container holds and that go along; `null` keeps them. */
export function remove(target: Target, anonymous: JsonObject | null): StepSpec {
  return spec('remove', 'remove', target, { anonymous });
}

/** What has this name by the time of the step is what is declared, and is left alone. */
export function sparing(spec: StepSpec, name: string): StepSpec {
  return { ...spec, args: { ...spec.args, spares: name } };
}

export function connect(target: Target, endpoint: JsonObject, asNeighbour = false): StepSpec {
  return spec('connect', 'alter', target, { endpoint, as_neighbour: asNeighbour });
}

/**
 * Taking a network away takes something down: dependents let go first, and it waits for nothing to be built. `isRemade`:
 * the network itself goes then, which it can only where nobody else uses it.
 */
export function disconnect(target: Target, network: string, isRemade = false): StepSpec {
  return spec('disconnect', 'stop', target, { network, ...(isRemade ? { is_remade: true } : {}) });
}

export function spec(verb: Verb, phase: Exclude<StepPhase, 'gate'>, target: Target, args: JsonObject = {}): StepSpec {
  const { address, name, id } = target;
  return { verb, phase, address, args: { name, id, ...args } };
}

/** How a container is attached to a network; `null` where nothing of it is declared. */
export function endpointOf(config: JsonObject, key: string, context: StepsContext): JsonObject | null {
  const attachment = memberAt(config, 'networking', 'networks', key);
  return isJsonObject(attachment) ? { network: physicalName('network', key, context), attachment } : null;
}

/** The same for all networks that it joins. */
export function endpointsOf(config: JsonObject, context: StepsContext): readonly Json[] {
  return networkKeys(config).flatMap((key) => endpointOf(config, key, context) ?? []);
}

/** Keys of the networks that a configuration joins. */
export function networkKeys(config: JsonObject | null): readonly string[] {
  const networks = memberAt(config ?? {}, 'networking', 'networks');
  return isJsonObject(networks) ? Object.keys(networks) : [];
}

/** Keys of the volumes that a configuration mounts. */
export function volumeKeys(config: JsonObject | null): readonly string[] {
  const mounts = memberAt(config ?? {}, 'storage', 'volumes');
  const keys = isJsonObject(mounts) ? Object.values(mounts).map((mount) => member(mount, 'volume')) : [];
  return [...new Set(keys.filter((key) => typeof key === 'string'))];
}

/**
 * Of the volumes that it mounts those that are ours, by key: an engine makes what is gone by the time of the call, and is
 * told as what. `driver_differs`: what is there has another driver and is kept, which an engine would refuse to mount so.
 */
function declaredVolumes(config: JsonObject, context: StepsContext): JsonObject {
  const found = volumeKeys(config).flatMap((key): [string, Json][] => {
    const address = addressOf('volume', key);
    const declared = context.desired.get(address);
    if (declared === undefined || declared.external) return [];
    const driver = memberAt(context.observed.get(address)?.configured ?? null, 'driver') ?? null;
    const differs = driver !== null && driver !== (memberAt(declared.config, 'driver') ?? 'local');
    return [[key, { config: declared.config, ...(differs ? { driver_differs: true } : {}) }]];
  });
  return Object.fromEntries(found);
}

function physicalNames(
  type: 'network' | 'volume',
  keys: readonly string[],
  context: StepsContext,
): Readonly<Record<string, string>> {
  return Object.fromEntries(keys.map((key) => [key, physicalName(type, key, context)]));
}

/** What no manifest knows has its own name for a key, marked where that is a key of the manifests too. */
export function physicalName(type: 'network' | 'volume', key: string, context: StepsContext): string {
  const address: Address = addressOf(type, key);
  return context.desired.get(address)?.name ?? context.observed.get(address)?.name ?? key.replace(/^engine:/, '');
}
