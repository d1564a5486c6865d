/**
 * Written fields: whether edited manifests say exactly what was to be written, and what else they would say. The loader is the judge: every other field
 * of every environment has to mean what it meant before.
 */
import type { DriverModel } from '../drivers/driver.ts';
import { differingFields } from '../diff/fields.ts';
import { NAME_PATH } from '../diff/name-difference.ts';
import { isWithin } from '../diff/cause.ts';
import { type Address, typeOf } from '../model/address.ts';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { type FieldPath, parseFieldPath, valueAt } from '../model/field-path.ts';
import { type Json, jsonEqual, parseJson } from '../model/json.ts';

export interface FieldToWrite {
  readonly address: Address;
  readonly path: FieldPath;
  /** As it was found, in the shape of desired. */
  readonly live: Json;
  /** Whether that is what it means where no manifest says it. */
  readonly isDefault: boolean;
}

export interface Sides {
  /** The environment that is written. */
  readonly name: string;
  /** All environments of the repo. */
  readonly before: readonly DesiredEnvironment[];
  readonly after: readonly DesiredEnvironment[];
  readonly models: ReadonlyMap<string, DriverModel>;
}

/** What edited manifests say otherwise than they should; nothing where both are empty. */
export interface Judgement {
  /** Beyond the resources that were written: what changes, in words. */
  readonly elsewhere: string | null;
  /** By resource that was written. */
  readonly wrong: ReadonlyMap<Address, Wrong>;
}

export interface Wrong {
  /** Those of its fields that are not what they should be, or among which something else changes. */
  readonly fields: readonly FieldToWrite[];
  readonly why: string;
}

export function judgeWritten(fields: readonly FieldToWrite[], { name, before, after, models }: Sides): Judgement {
  const wrong = new Map<Address, Wrong>();
  let elsewhere = before.length === after.length ? null : 'other environments would change';
  for (const was of before) {
    const is = after.find((environment) => environment.name === was.name);
    const wanted = was.name === name ? Map.groupBy(fields, ({ address }) => address) : new Map<Address, never[]>();
    elsewhere ??= is === undefined || !jsonEqual(frameOf(was), frameOf(is)) ? `${was.name} would change too` : null;
    for (const address of declaredIn([was, is])) {
      const [old, now] = [was.resources.get(address), is?.resources.get(address)];
      const written = wanted.get(address);
      const found =
        old === undefined || now === undefined
          ? { fields: written ?? [], why: `${address} would come or go` }
          : wrongIn(old, now, written ?? [], models.get(old.engine));
      if (found === null) continue;
      if (written === undefined) elsewhere ??= `${was.name}/${address} would change too`;
      else wrong.set(address, found);
    }
  }
  return { elsewhere, wrong };
}

/** Images come and go with the services that are made from them, and say nothing of their own. */
function declaredIn(sides: readonly (DesiredEnvironment | undefined)[]): ReadonlySet<Address> {
  const addresses = sides.flatMap((side) => [...(side?.resources.keys() ?? [])]);
  return new Set(addresses.filter((address) => typeOf(address) !== 'image'));
}

function wrongIn(
  old: DesiredResource,
  now: DesiredResource,
  wanted: readonly FieldToWrite[],
  model: DriverModel | undefined,
): Wrong | null {
  const name = wanted.find(({ path }) => path === NAME_PATH);
  if (now.name !== (name === undefined ? old.name : name.live)) {
    return { fields: name === undefined ? wanted : [name], why: 'its name would be another one' };
  }
  if (!jsonEqual(settingsOf(old), settingsOf(now))) return { fields: wanted, why: 'more of it would change' };
  const changed = differingFields(now.config, old.config).map(({ path }) => path);
  const beside = changed.find((path) => !wanted.some((field) => isWithin(path, field.path)));
  if (beside !== undefined) {
    const [group] = parseFieldPath(beside) ?? [];
    const near = wanted.filter(({ path }) => parseFieldPath(path)?.[0] === group);
    return { fields: near.length === 0 ? wanted : near, why: `${dotted(beside)} would change too` };
  }
  // As it is compared: what no engine can read back is no part of what was found.
  const said = model === undefined ? now.config : model.comparable(now.type, now.config, null);
  const unsaid = wanted.filter((field) => field !== name && !isSaid(field, valueAt(said, field.path), now, model));
  return unsaid.length === 0 ? null : { fields: unsaid, why: 'no manifest can say what was found' };
}

function dotted(path: FieldPath): string {
  return (parseFieldPath(path) ?? []).join('.');
}

function isSaid(
  { path, live, isDefault }: FieldToWrite,
  desired: Json,
  { type, config }: DesiredResource,
  model: DriverModel | undefined,
): boolean {
  if (jsonEqual(desired, live) || (isDefault && desired === null)) return true;
  return model?.equal(type, path, desired, live, () => null, config) === true;
}

/** All that is said of a resource beside its name and its fields, and does not follow from them, as its dependencies do. */
function settingsOf(resource: DesiredResource): Json {
  const { name: _name, config: _config, uses: _uses, untracked: _untracked, dependencies: _of, ...settings } = resource;
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
