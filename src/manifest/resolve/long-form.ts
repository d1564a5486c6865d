/**
 * The long form of a value by its schema alone: short forms written out, defaults filled in, units canonical, keyed lists as
 * maps by key, sets sorted, paths absolute, secrets as leaves. What is not set and has no default is `null`, so that every
 * field of the schema is there. What the schema cannot say of a field is up to who resolves that field.
 */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  member,
  memberAt,
  scalarText,
} from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { ENVIRONMENT_SCHEMA, schemaAt } from '../schema.ts';
import { absolutePath, type Scope } from './scope.ts';
import { someSize } from './some-size.ts';
import { canonicalDuration, canonicalNumber, canonicalSet } from './values.ts';

/** The value has passed the schema that stands at `path`. */
export function longForm(value: Json | undefined, path: ManifestPath, scope: Scope): Json {
  const schema = schemaAt(path);
  if (schema === null) return value ?? null;
  const meant = value ?? schema['default'] ?? null;
  if (meant === null) return isMap(schema) ? {} : isKeyed(schema) ? {} : schema['type'] === 'array' ? [] : null;
  if (isKeyed(schema)) return keyedForm(meant, schema, path, scope);
  if (isJsonArray(meant)) return listForm(meant, schema, path, scope);
  const written = writtenOut(meant, schema);
  if (isJsonObject(written)) return objectForm(written, schema, path, scope);
  return scalarForm(written, schema, path, scope);
}

/** What a short form stands for, in the members that its pattern names; anything else is as it was. */
function writtenOut(value: Json, schema: JsonObject): Json {
  const short = schema['x-short'];
  if (typeof short !== 'string' || isJsonObject(value)) return value;
  const { groups = {} } = new RegExp(short).exec(scalarText(value)) ?? {};
  const members = Object.entries(groups).filter(([, text]) => text !== undefined);
  return Object.fromEntries(members.map(([name, text]) => [name, asTyped(text, memberAt(schema, 'properties', name))]));
}

/** The key of an item of a keyed list; `null` for what is no keyed list. */
export function itemKey(item: Json, list: JsonObject, itemSchema: JsonObject): string | null {
  const by = keyField(list);
  const key = by === null ? null : member(writtenOut(item, itemSchema), by);
  return key === null ? null : scalarText(key);
}

function keyField(schema: JsonObject): string | null {
  const mark = schema['x-list'];
  return typeof mark === 'string' && mark.startsWith('keyed:') ? mark.slice('keyed:'.length) : null;
}

function isKeyed(schema: JsonObject): boolean {
  return keyField(schema) !== null;
}

/** A map of free keys: what is not set is empty, and nothing is missing in it. */
function isMap(schema: JsonObject): boolean {
  return schema['type'] === 'object' && schema['properties'] === undefined;
}

function keyedForm(value: Json, schema: JsonObject, path: ManifestPath, scope: Scope): JsonObject {
  // A map already: interpolation has made lists of `name=value` maps, and everything in them text.
  if (isJsonObject(value)) return mapForm(value, path, scope);
  const resolved: { [key: string]: Json } = {};
  for (const [index, item] of (isJsonArray(value) ? value : []).entries()) {
    const itemPath = [...path, String(index)];
    const key = itemKey(item, schema, schemaAt(itemPath) ?? {});
    if (key === null) continue;
    if (Object.hasOwn(resolved, key)) scope.reporter.error('duplicate_key', itemPath, `"${key}" is declared twice`);
    resolved[key] = longForm(item, itemPath, scope);
  }
  return resolved;
}

function listForm(list: readonly Json[], schema: JsonObject, path: ManifestPath, scope: Scope): readonly Json[] {
  const items = list.map((item, index) => longForm(item, [...path, String(index)], scope));
  if (schema['x-list'] !== 'set') return items;
  const byText = new Map(items.map((item) => [scalarText(item), item]));
  return canonicalSet(byText.keys()).map((text) => byText.get(text) ?? null);
}

function mapForm(map: JsonObject, path: ManifestPath, scope: Scope): JsonObject {
  return Object.fromEntries(Object.entries(map).map(([key, item]) => [key, longForm(item, [...path, key], scope)]));
}

function objectForm(value: JsonObject, schema: JsonObject, path: ManifestPath, scope: Scope): JsonObject {
  if (schema['x-raw'] === true) return rawForm(value, scope);
  const { properties } = schema;
  if (!isJsonObject(properties)) return mapForm(value, path, scope);
  return Object.fromEntries(
    Object.keys(properties).map((name) => [name, longForm(value[name], [...path, name], scope)]),
  );
}

function scalarForm(value: Json, schema: JsonObject, path: ManifestPath, scope: Scope): Json {
  const unit = schema['x-unit'];
  if (unit === 'duration') return canonicalDuration(value);
  if (typeof value === 'string' || typeof value === 'number') {
    if (unit === 'size') return someSize(value, path, scope);
    if (unit === 'number') return canonicalNumber(value);
  }
  if (typeof value !== 'string') return value;
  return schema['x-path'] === undefined ? scope.secrets.leaf(value) : pathForm(value, schema, path, scope);
}

function pathForm(value: string, schema: JsonObject, path: ManifestPath, scope: Scope): string {
  if (schema['x-url'] === true && /^https?:\/\//.test(value)) return value;
  const absolute = absolutePath(scope, value, path);
  if (schema['x-path'] === 'host') {
    scope.hostPaths.ask(absolute, false, ({ exists }) => {
      if (exists) return;
      const detail = 'paths are relative to the file that names them';
      scope.reporter.error('invalid_path', path, `"${value}" does not exist`, detail);
    });
  }
  return absolute;
}

/** What only a driver understands keeps its form. */
function rawForm(value: Json, scope: Scope): JsonObject {
  return isJsonObject(value) ? mapped(value, scope) : {};
}

function mapped(value: JsonObject, scope: Scope): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rawValue(item, scope)]));
}

function rawValue(value: Json, scope: Scope): Json {
  if (typeof value === 'string') return scope.secrets.leaf(value);
  if (isJsonArray(value)) return value.map((item) => rawValue(item, scope));
  return isJsonObject(value) ? mapped(value, scope) : value;
}

function asTyped(text: string | undefined, schema: Json): Json {
  const type = typeOf(schema);
  return type === 'integer' || type === 'number' ? Number(text) : (text ?? null);
}

function typeOf(schema: Json): Json {
  const reference = member(schema, '$ref');
  if (typeof reference !== 'string') return member(schema, 'type');
  return typeOf(memberAt(ENVIRONMENT_SCHEMA, ...reference.replace(/^#\//, '').split('/')));
}
