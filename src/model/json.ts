/** JSON values as plain readonly data, and the one canonical text form that digests and byte-equal plans rest on. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `Array.isArray` for values that are known to be JSON. */
export function isJsonArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Text as it is, anything else as JSON. */
export function scalarText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The boundary at which text becomes a JSON value; throws SyntaxError. */
export function parseJson(text: string): Json {
  return JSON.parse(text) as Json;
}

/** An absent member and `null` mean the same everywhere in trueup: the field is not set. */
export function member(value: Json | undefined, key: string): Json {
  return isJsonObject(value) && Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}

/** The value at a chain of object keys; `null` where any link is missing. */
export function memberAt(value: Json | undefined, ...keys: readonly string[]): Json {
  let current: Json = value ?? null;
  for (const key of keys) current = member(current, key);
  return current;
}

/** Structural equality. Objects are equal when they agree on every key, an absent key counting as `null`. */
export function jsonEqual(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (isJsonArray(left) || isJsonArray(right)) {
    if (!isJsonArray(left) || !isJsonArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => jsonEqual(item, right[index] ?? null));
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  for (const key of Object.keys(left)) if (!jsonEqual(left[key] ?? null, member(right, key))) return false;
  for (const key of Object.keys(right)) if (!Object.hasOwn(left, key) && right[key] !== null) return false;
  return true;
}

/** One line of JSON with sorted keys, unset members left out: equal values give equal bytes on every machine. */
export function canonicalJson(value: Json): string {
  if (isJsonArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (isJsonObject(value)) {
    const members = Object.keys(value)
      .filter((key) => value[key] !== null)
      .sort(compareText)
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** Order by UTF-16 code unit, never by locale: the order of plans must not depend on who makes them. */
export function compareText(left: string, right: string): number {
  if (left < right) return -1;
  return left > right ? 1 : 0;
}
