/** What means the same to the simulated engine, and what of a configuration it can read back. */
import type { FindObject } from '../../../../src/drivers/driver.ts';
import type { ResourceType } from '../../../../src/model/address.ts';
import { parseDuration } from '../../../../src/model/duration.ts';
import { type FieldPath, parseFieldPath } from '../../../../src/model/field-path.ts';
import { isJsonObject, type Json, type JsonObject, jsonEqual, member, memberAt } from '../../../../src/model/json.ts';
import { parseSize } from '../../../../src/model/quantity.ts';

/** What the engine adds to every service by itself. */
export const INJECTED_LABEL = 'simulated.engine/since';
export const INJECTED_VARIABLE = 'SIMULATED_ENGINE';

/** Everything, but for what the engine adds by itself; only what runs has a run state that is compared. */
export function comparableOf(type: ResourceType, config: JsonObject): JsonObject {
  if (type === 'image') return { platform: config['platform'] ?? null };
  // Whether it is backed up is no business of an engine's.
  if (type === 'volume')
    return {
      ...config,
      metadata: withoutIn({ metadata: withoutIn(config, 'metadata', 'backup_enabled') }, 'metadata', 'backups_kept'),
    };
  if (type === 'vm') return config;
  if (type !== 'service') return without(config, 'run_state');
  const { post_start: _postStart, pre_stop: _preStop, ...compared } = config;
  return { ...withoutInjected(compared), container: withoutIn(config, 'container', 'pull_policy') };
}

/** Whoever writes a configuration back as it was read writes what the engine had added, too. */
export function withoutInjected(config: JsonObject): JsonObject {
  const clean: Record<string, Json> = { ...config };
  const added = { labels: INJECTED_LABEL, environment_variables: INJECTED_VARIABLE };
  for (const [part, name] of Object.entries(added)) if (part in clean) clean[part] = withoutIn(config, part, name);
  return clean;
}

const SIZES: readonly string[] = ['memory_limit', 'memory_reservation', 'memory', 'disk', 'size'];
const DURATIONS: readonly string[] = ['interval', 'timeout', 'start_period', 'stop_grace_period'];
const NUMBERS: readonly string[] = ['cpu_limit', 'cpu_reservation', 'cpus'];
const SETS: readonly string[] = ['aliases'];

/** Two names of one image are one image. A name that nothing has means none. */
export function sameImage(desired: Json, observed: Json, find: FindObject): boolean {
  if (typeof desired !== 'string' || typeof observed !== 'string') return false;
  const id = find({ type: 'image', name: desired })?.id;
  return id !== undefined && id === (find({ type: 'image', name: observed })?.id ?? observed);
}

export function sameMeaning(path: FieldPath, desired: Json, observed: Json): boolean {
  return sameField(parseFieldPath(path)?.at(-1) ?? '', desired, observed);
}

function sameField(name: string, desired: Json, observed: Json): boolean {
  if (jsonEqual(desired, observed)) return true;
  if (isJsonObject(desired) && isJsonObject(observed)) {
    const names = new Set([...Object.keys(desired), ...Object.keys(observed)]);
    return [...names].every((child) => sameField(child, member(desired, child), member(observed, child)));
  }
  if (SIZES.includes(name)) return sameReading(desired, observed, parseSize);
  if (DURATIONS.includes(name)) return sameReading(desired, observed, parseDuration);
  if (NUMBERS.includes(name)) return sameReading(desired, observed, Number);
  return SETS.includes(name) && jsonEqual(sorted(desired), sorted(observed));
}

function sameReading(desired: Json, observed: Json, read: (value: string | number) => number | null): boolean {
  if (!isScalar(desired) || !isScalar(observed)) return false;
  const value = read(desired);
  return value !== null && value === read(observed);
}

function isScalar(value: Json): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function sorted(value: Json): Json {
  return Array.isArray(value) ? value.map(String).toSorted() : value;
}

function withoutIn(config: JsonObject, part: string, name: string): Json {
  const value = memberAt(config, part);
  return isJsonObject(value) ? without(value, name) : value;
}

function without(value: JsonObject, name: string): JsonObject {
  if (!Object.hasOwn(value, name)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}
