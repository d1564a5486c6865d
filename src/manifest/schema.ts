/** What schemas/environment.json says about a path: which keys, values and defaults belong there. */
import environmentSchema from '../../schemas/environment.json' with { type: 'json' };
import { isJsonObject, type Json, type JsonObject, member, memberAt } from '../model/json.ts';
import type { ManifestPath } from './layers.ts';

export const ENVIRONMENT_SCHEMA: JsonObject = environmentSchema;

/** The part of a schema that a value at this path has to fit; `null` where the schema has none. */
export function schemaAt(path: ManifestPath, root: JsonObject = ENVIRONMENT_SCHEMA): JsonObject | null {
  let schema: JsonObject | null = root;
  for (const name of path) {
    if (schema === null) return null;
    schema = followed(childSchema(schema, name), root);
  }
  return schema;
}

/** The keys that the schema has at this path. */
export function keysOf(schema: JsonObject | null): readonly string[] {
  const properties = member(schema ?? {}, 'properties');
  return isJsonObject(properties) ? Object.keys(properties) : [];
}

/** What a text must look like to be a key at this path, in words. */
export function expectedKey(schema: JsonObject | null, root: JsonObject = ENVIRONMENT_SCHEMA): string | null {
  return textOf(followed(member(schema ?? {}, 'propertyNames'), root)?.['x-expected']);
}

export function expectedValue(schema: JsonObject | null): string | null {
  return textOf(schema?.['x-expected']);
}

/** The defaults of the fields of one definition. */
export function defaultsOf(definition: string): JsonObject {
  const properties = memberAt(ENVIRONMENT_SCHEMA, '$defs', definition, 'properties');
  const defaults: { [key: string]: Json } = {};
  for (const key of isJsonObject(properties) ? Object.keys(properties) : []) {
    const value = followed(member(properties, key), ENVIRONMENT_SCHEMA)?.['default'];
    if (value !== undefined) defaults[key] = value;
  }
  return defaults;
}

/** A setting, or some values of it, that this version does not carry out. `*` in a path stands for any key or index. */
export interface NotSupported {
  readonly path: readonly string[];
  /** `null`: whatever the value is. */
  readonly values: readonly Json[] | null;
}

export function notSupportedSettings(): readonly NotSupported[] {
  const found: NotSupported[] = [];
  collect(ENVIRONMENT_SCHEMA, [], found);
  return found;
}

function collect(schema: JsonObject, path: readonly string[], found: NotSupported[]): void {
  const mark = schema['x-not-supported'];
  if (mark !== undefined) found.push({ path, values: Array.isArray(mark) ? mark : null });
  if (mark === true) return;
  const properties = member(schema, 'properties');
  for (const key of isJsonObject(properties) ? Object.keys(properties) : []) {
    const child = followed(member(properties, key), ENVIRONMENT_SCHEMA);
    if (child !== null) collect(child, [...path, key], found);
  }
  for (const keyword of ['additionalProperties', 'items']) {
    const child = followed(member(schema, keyword), ENVIRONMENT_SCHEMA);
    if (child !== null) collect(child, [...path, '*'], found);
  }
}

function childSchema(schema: JsonObject, name: string): Json {
  const property = memberAt(schema, 'properties', name);
  if (property !== null) return property;
  const items = /^\d+$/.test(name) ? member(schema, 'items') : null;
  return items ?? member(schema, 'additionalProperties');
}

/** What a `$ref` refers to, with what stands beside it on top. */
function followed(schema: Json | undefined, root: JsonObject): JsonObject | null {
  if (!isJsonObject(schema)) return null;
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  const target = followed(memberAt(root, ...reference.replace(/^#\//, '').split('/')), root);
  const { $ref: _, ...beside } = schema;
  return target === null ? beside : { ...target, ...beside };
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
