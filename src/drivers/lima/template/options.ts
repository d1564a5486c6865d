/**
 * Raw keys as they are in effect. Lima fills in what nobody says, so of a whole template only that counts which is otherwise than
 * what Lima would fill in, or which is declared.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonEqual, scalarText } from '../../../model/json.ts';
import { FIELD_KEYS } from './keys.ts';

export interface RawOptions {
  /** As they are in effect. */
  readonly present: JsonObject;
  /** Of those, what Lima would fill in. */
  readonly defaults: JsonObject;
}

/** Changes with the version of Lima, and is nothing that anybody chose. */
const MOVING: readonly string[] = ['containerd.archives'];

export function rawOptions(filled: JsonObject, fallback: JsonObject, declared: JsonObject): RawOptions {
  return chosen(withoutFields(filled), withoutFields(fallback), declared, '');
}

function withoutFields(template: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(template).filter(([name]) => !Object.hasOwn(FIELD_KEYS, name)));
}

function chosen(filled: JsonObject, fallback: JsonObject, declared: JsonObject, way: string): RawOptions {
  const present: Record<string, Json> = {};
  const defaults: Record<string, Json> = {};
  for (const [name, value] of Object.entries(filled)) {
    const [own, usual] = [declared[name] ?? null, fallback[name] ?? null];
    const here = `${way}${name}`;
    if (isJsonObject(value)) {
      const within = chosen(value, groupOf(usual), groupOf(own), `${here}.`);
      if (Object.keys(within.present).length > 0) present[name] = within.present;
      if (Object.keys(within.defaults).length > 0) defaults[name] = within.defaults;
    } else if (own !== null) {
      present[name] = saysSame(value, own) ? own : value;
      if (usual !== null) defaults[name] = saysSame(usual, own) ? own : usual;
    } else if (!jsonEqual(value, usual) && !MOVING.includes(here)) {
      present[name] = value;
      if (usual !== null) defaults[name] = usual;
    }
  }
  return { present, defaults };
}

function groupOf(value: Json): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Whether a filled-in value is what was declared: Lima adds to groups within lists, and writes numbers as texts. */
function saysSame(filled: Json, declared: Json): boolean {
  if (isJsonArray(filled) && isJsonArray(declared))
    return filled.length === declared.length && filled.every((item, index) => saysSame(item, declared[index] ?? null));
  if (isJsonObject(filled) && isJsonObject(declared))
    return Object.entries(declared).every(([name, value]) => saysSame(filled[name] ?? null, value));
  if (typeof filled === 'object' || typeof declared === 'object') return filled === declared;
  return scalarText(filled) === scalarText(declared);
}
