/** From objects of the simulated world to observed objects. What is read off life and attachments joins the configuration. */
import { keyOf } from '../../../src/model/address.ts';
import { parseDuration } from '../../../src/model/duration.ts';
import { isJsonObject, type Json, type JsonObject, member } from '../../../src/model/json.ts';
import type { ObservedObject, ObservedStatus } from '../../../src/model/observed.ts';
import { parseSize } from '../../../src/model/quantity.ts';
import { shownImage } from './images.ts';
import { INJECTED_LABEL, INJECTED_VARIABLE } from './model/equality.ts';
import type { Life, SimulatedObject } from './objects.ts';
import type { EngineReads } from './reads.ts';

export function observedOf(object: Readonly<SimulatedObject>, engine: EngineReads): ObservedObject {
  const { type, name, id, ownership } = object;
  const quirky = engine.options.traps.quirky_observation;
  if (type === 'image') return observedImage(object);
  const project = (config: JsonObject): JsonObject => {
    const named = type === 'service' ? withImage(config, shownImage(object, engine.objects)) : config;
    const whole = type === 'service' ? withNetworks(named, networksOf(object, engine)) : config;
    const seen = quirky && type === 'service' ? withQuirks(whole) : whole;
    const tellsState = type === 'service' || type === 'vm';
    return object.life === null || !tellsState ? seen : { ...seen, run_state: comparedState(object.life) };
  };
  return {
    type,
    name,
    id,
    ownership,
    configured: project(object.config),
    ...(object.defaults === null ? {} : { defaults: object.defaults }),
    effective: object.effective === null ? null : project(object.effective),
    // The disk of a machine goes with it.
    ...(type === 'vm' ? { holds_data: true } : {}),
    status: statusOf(object),
  };
}

function observedImage(object: Readonly<SimulatedObject>): ObservedObject {
  const { type, name, id, ownership, config } = object;
  const configured = { reference: name, platform: config['platform'] ?? null };
  return { type, name, id, ownership, configured, effective: null, status: statusOf(object) };
}

function withImage(config: JsonObject, image: Json): JsonObject {
  const container = member(config, 'container');
  return isJsonObject(container) ? { ...config, container: { ...container, image } } : config;
}

/** The key under which the environment knows a network that something is attached to. */
export function networkKey(network: Readonly<SimulatedObject>, key: string | null): string {
  if (network.ownership !== null) return keyOf(network.ownership.address);
  return key ?? network.name;
}

function networksOf(object: Readonly<SimulatedObject>, engine: EngineReads): JsonObject {
  const networks: Record<string, Json> = {};
  for (const [id, { key, aliases }] of object.attachments) {
    const network = engine.objects.byId(id);
    if (network === null) continue;
    const shown = engine.options.traps.quirky_observation ? aliases.toReversed() : aliases;
    networks[networkKey(network, key)] = { aliases: shown };
  }
  return networks;
}

function withNetworks(config: JsonObject, networks: JsonObject): JsonObject {
  const networking = member(config, 'networking');
  if (!isJsonObject(networking) && Object.keys(networks).length === 0) return config;
  return { ...config, networking: { ...(isJsonObject(networking) ? networking : {}), networks } };
}

function withQuirks(config: JsonObject): JsonObject {
  const part = (name: string): JsonObject => {
    const value = member(config, name);
    return isJsonObject(value) ? value : {};
  };
  return {
    ...config,
    labels: { ...part('labels'), [INJECTED_LABEL]: '2020' },
    environment_variables: { ...part('environment_variables'), [INJECTED_VARIABLE]: '1' },
    resource_limits: reworded(member(config, 'resource_limits')),
    health_check: reworded(member(config, 'health_check')),
  };
}

/** Sizes in bytes, durations in milliseconds, numbers as text. */
function reworded(value: Json): Json {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (typeof item === 'string' && name.startsWith('memory')) return [name, parseSize(item) ?? item];
      if (typeof item === 'string') return [name, parseDuration(item) ?? item];
      return [name, typeof item === 'number' && name.startsWith('cpu') ? String(item) : item];
    }),
  );
}

function comparedState(life: Life): string {
  return life.state === 'restarting' ? 'running' : life.state;
}

function statusOf({ id, life, attachments }: Readonly<SimulatedObject>): ObservedStatus {
  const details: JsonObject = attachments.size === 0 ? {} : { networks: [...attachments.keys()] };
  if (life === null) {
    return {
      run_state: null,
      reason: null,
      since: null,
      exit_code: null,
      restarts: 0,
      incarnation: null,
      health: 'none',
      details,
    };
  }
  const { state, since, exit_code: exitCode, restarts, starts, health } = life;
  return {
    run_state: state,
    reason: exitCode === null ? null : `exited with status ${exitCode}`,
    since: starts === 0 ? null : new Date(since).toISOString(),
    exit_code: exitCode,
    restarts,
    incarnation: starts === 0 ? null : `${id}#${starts}`,
    health,
    details,
  };
}
