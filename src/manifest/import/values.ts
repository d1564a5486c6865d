/** Small things of every part of an import: members of observed configurations, and maps without what is not set. */
import { isJsonArray, isJsonObject, type Json, type JsonObject, member } from '../../model/json.ts';

export function objectAt(value: Json | undefined, ...names: readonly string[]): JsonObject {
  const found = names.reduce<Json>((inner, name) => member(inner, name), value ?? null);
  return isJsonObject(found) ? found : {};
}

export function textAt(value: Json, name: string): string | null {
  const found = member(value, name);
  return typeof found === 'string' ? found : null;
}

export function textsAt(value: Json, name: string): readonly string[] {
  const found = member(value, name);
  return isJsonArray(found) ? found.filter((item) => typeof item === 'string') : [];
}

/** Without what is not said: `null`, and groups in which nothing is. */
export function said(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const entries = Object.entries(fields).filter(
    (entry): entry is [string, Json] =>
      entry[1] !== undefined && entry[1] !== null && !(isJsonObject(entry[1]) && Object.keys(entry[1]).length === 0),
  );
  return Object.fromEntries(entries);
}

/** A dollar in a manifest begins a variable; two are a dollar. */
export function escaped(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (isJsonArray(value)) return value.map(escaped);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, escaped(child)]));
}
