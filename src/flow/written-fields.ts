/**
 * Written fields: whether edited manifests say exactly what was to be written. The loader is the judge: every other field
 * of every environment has to mean what it meant before.
 */
import type { DriverModel } from '../drivers/driver.ts';
import { differingFields } from '../diff/fields.ts';
import { NAME_PATH } from '../diff/name-difference.ts';
import { isWithin } from '../diff/cause.ts';
import type { Address } from '../model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { type FieldPath, valueAt } from '../model/field-path.ts';
import { type Json, jsonEqual, parseJson } from '../model/json.ts';

export interface FieldToWrite {
  readonly address: Address;
  readonly path: FieldPath;
  /** As it was found, in the shape of desired. */
  readonly live: Json;
}

export interface SaysExactly {
  /** The environment that is written, and the others. */
  readonly name: string;
  readonly before: readonly DesiredEnvironment[];
  readonly after: readonly DesiredEnvironment[];
  readonly models: ReadonlyMap<string, DriverModel>;
}

export function saysExactly(fields: readonly FieldToWrite[], { name, before, after, models }: SaysExactly): boolean {
  if (before.length !== after.length) return false;
  return before.every((was) => {
    const is = after.find((environment) => environment.name === was.name);
    if (is === undefined || !jsonEqual(frameOf(was), frameOf(is))) return false;
    const addresses = [...was.resources.keys()];
    if (addresses.length !== is.resources.size) return false;
    return addresses.every((address) => {
      const [old, now] = [was.resources.get(address), is.resources.get(address)];
      const wanted = was.name === name ? fields.filter((field) => field.address === address) : [];
      return old !== undefined && now !== undefined && isChangedTo(old, now, wanted, models.get(old.engine));
    });
  });
}

function isChangedTo(
  old: DesiredResource,
  now: DesiredResource,
  wanted: readonly FieldToWrite[],
  model: DriverModel | undefined,
): boolean {
  const name = wanted.find(({ path }) => path === NAME_PATH);
  if (now.name !== (name === undefined ? old.name : name.live)) return false;
  if (!jsonEqual(settingsOf(old), settingsOf(now))) return false;
  const changed = differingFields(now.config, old.config).map(({ path }) => path);
  if (!changed.every((path) => wanted.some((field) => isWithin(path, field.path)))) return false;
  return wanted
    .filter((field) => field !== name)
    .every(({ path, live }) => isSame(valueAt(now.config, path), live, path, now, model));
}

function isSame(
  desired: Json,
  live: Json,
  path: FieldPath,
  { type, config }: DesiredResource,
  model: DriverModel | undefined,
): boolean {
  return jsonEqual(desired, live) || model?.equal(type, path, desired, live, () => null, config) === true;
}

/** All that is said of a resource beside its name and its fields, and does not follow from them. */
function settingsOf(resource: DesiredResource): Json {
  const { name: _name, config: _config, uses: _uses, untracked: _untracked, ...settings } = resource;
  return plain(settings);
}

function frameOf({ type, project, engines, policies, moved, ignore_differences: rules }: DesiredEnvironment): Json {
  // Where a rule stands may change, as long as it says the same.
  const ignored = rules.map(({ address, field_path, reason, until }) => ({ address, field_path, reason, until }));
  return plain({ type, project, engines, policies, moved, ignored });
}

/** Desired is JSON by construction; this is the boundary where its type says so. */
function plain(value: object): Json {
  return parseJson(JSON.stringify(value));
}
