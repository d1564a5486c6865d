/** All values of a manifest that one field of a policy speaks of, short forms written out. */
import { isJsonArray, isJsonObject, type Json } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { longForm } from './short-forms.ts';

export interface Instance {
  readonly value: Json;
  readonly path: ManifestPath;
}

/** `field` as policies name it. What is not set has no instance. */
export function instancesOf(root: Json, field: string): readonly Instance[] {
  let found: readonly Instance[] = [{ value: root, path: [] }];
  const passed: string[] = [];
  for (const name of field.split('.')) {
    const above = passed.join('.');
    passed.push(name);
    const here = passed.join('.');
    found = found
      .flatMap((instance) => (name === '*' ? membersOf(instance, above) : memberOf(instance, name)))
      .filter(({ value }) => value !== null)
      .flatMap((instance) => writtenOut(instance, here));
  }
  return found;
}

/** The one value below; `null` where it is not set. */
export function valueBelow({ value }: Instance, names: readonly string[]): Json {
  let current = value;
  for (const name of names) {
    current = isJsonObject(current) && Object.hasOwn(current, name) ? (current[name] ?? null) : null;
  }
  return current;
}

function memberOf({ value, path }: Instance, name: string): readonly Instance[] {
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return [];
  return [{ value: value[name] ?? null, path: [...path, name] }];
}

function membersOf(instance: Instance, field: string): readonly Instance[] {
  const { value, path } = instance;
  if (isJsonArray(value)) return value.map((item, index) => ({ value: item, path: [...path, String(index)] }));
  // A short form that stands for the only item of a list.
  if (isJsonObject(value) && longForm(field, '') !== null) return [instance];
  return isJsonObject(value) ? Object.entries(value).map(([key, item]) => ({ value: item, path: [...path, key] })) : [];
}

function writtenOut(instance: Instance, field: string): readonly Instance[] {
  const long = longForm(field, instance.value);
  if (long === null) return [instance];
  return 'problem' in long ? [] : long.values.map((value) => ({ value, path: instance.path }));
}
