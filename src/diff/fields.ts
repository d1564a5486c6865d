/**
 * The field walk: two configurations side by side, down to the fields on which they disagree. Lists are compared as a
 * whole, because the loader has sorted sets and turned keyed lists into objects.
 */
import { type FieldPath, childPath, ROOT_PATH } from '../model/field-path.ts';
import { compareText, isJsonObject, type Json, type JsonObject, jsonEqual, member } from '../model/json.ts';
import { isSecret } from '../model/secret.ts';

export interface FieldPair {
  readonly path: FieldPath;
  readonly names: readonly string[];
  readonly desired: Json;
  readonly observed: Json;
}

/** Every field on which the two differ, in the order of their paths. */
export function differingFields(desired: JsonObject, observed: JsonObject): readonly FieldPair[] {
  const pairs: FieldPair[] = [];
  walk(desired, observed, ROOT_PATH, [], pairs);
  return pairs;
}

function walk(desired: Json, observed: Json, path: FieldPath, names: readonly string[], pairs: FieldPair[]): void {
  if (desired === observed) return;
  if (isGroup(desired) && isGroup(observed)) {
    // Almost everything is equal, and that is seen faster than its fields are put in order.
    if (jsonEqual(desired, observed)) return;
    for (const name of unionOfKeys(desired, observed)) {
      const [left, right] = [member(desired, name), member(observed, name)];
      if (left !== right) walk(left, right, childPath(path, name), [...names, name], pairs);
    }
    return;
  }
  if (!sameValue(desired, observed)) pairs.push({ path, names, desired, observed });
}

/** An empty group and an unset one mean the same: no labels is no labels. */
export function sameValue(left: Json, right: Json): boolean {
  return jsonEqual(left, right) || (isUnset(left) && isUnset(right));
}

function isUnset(value: Json): boolean {
  return value === null || (isGroup(value) && Object.values(value).every(isUnset));
}

function isGroup(value: Json): value is JsonObject {
  return isJsonObject(value) && !isSecret(value);
}

function unionOfKeys(left: JsonObject, right: JsonObject): readonly string[] {
  const keys = new Set(Object.keys(left));
  for (const key of Object.keys(right)) keys.add(key);
  return [...keys].sort(compareText);
}
