/** The fields that resources have: those of the schema, and those that are compared although nobody writes them down. */
import { type ResourceType, RESOURCE_TYPES } from '../model/address.ts';
import { coversField, type FieldPattern } from '../model/field-pattern.ts';
import { compareText, member } from '../model/json.ts';
import { collectionOf } from './collections.ts';
import type { ManifestPath } from './layers.ts';
import { keysOf, schemaAt } from './schema.ts';

export interface UnknownField {
  readonly name: string;
  /** What there is in its place. */
  readonly known: readonly string[];
}

/** Where the schema has the fields of a type. */
function placeOf(type: ResourceType): ManifestPath | null {
  const collection = collectionOf(type);
  return collection === null ? null : [collection, '*'];
}

/** Fields that resolved resources have beside those of the schema. */
export const DERIVED_FIELDS: Readonly<Partial<Record<ResourceType, readonly FieldPattern[]>>> = {
  service: [['run_state'], ['storage', 'volumes', null, 'content']],
  image: [['reference'], ['platform'], ['pull_policy']],
};

/** The first name of a pattern that no field has; `null` where there is such a field. Without a type any will do. */
export function unknownField(pattern: FieldPattern, type: ResourceType | null): UnknownField | null {
  const types = type === null ? RESOURCE_TYPES : [type];
  const unknown = types.flatMap((candidate) => unknownOf(pattern, candidate) ?? []);
  if (unknown.length < types.length) return null;
  // Those that came furthest are what was meant.
  const depth = Math.max(...unknown.map((each) => each.depth));
  const deepest = unknown.filter((each) => each.depth === depth);
  const known = [...new Set(deepest.flatMap((each) => each.known))].toSorted(compareText);
  return { name: deepest[0]?.name ?? '*', known };
}

function unknownOf(pattern: FieldPattern, type: ResourceType): (UnknownField & { readonly depth: number }) | null {
  const derived = DERIVED_FIELDS[type] ?? [];
  if (derived.some((field) => isSame(field, pattern))) return null;
  let path = placeOf(type);
  for (const [depth, name] of pattern.entries()) {
    const known = [
      ...keysOf(path === null ? null : schemaAt(path)),
      ...derived.flatMap((field) =>
        field.length === depth + 1 && startsAlike(field, pattern) ? (field[depth] ?? []) : [],
      ),
    ];
    const child = path === null ? null : childOf(path, name);
    // What any name stands for is a field where there are some at all.
    if (name === null && child === null && known.length > 0) return null;
    if (child === null) return { name: name ?? '*', known, depth };
    path = child;
  }
  return null;
}

function childOf(path: ManifestPath, name: string | null): ManifestPath | null {
  const schema = schemaAt(path);
  if (schema === null) return null;
  const list = schema['x-list'];
  const isKeyed = typeof list === 'string' && list.startsWith('keyed');
  // The items of a keyed list stand under their keys.
  const isItem = isKeyed && member(schema, 'additionalProperties') === null;
  const child = [...path, isItem ? '0' : (name ?? '*')];
  return schemaAt(child) === null ? null : child;
}

function startsAlike(field: FieldPattern, pattern: FieldPattern): boolean {
  const parents = field.slice(0, -1);
  return coversField(
    parents,
    pattern.map((name) => name ?? '*'),
  );
}

function isSame(field: FieldPattern, pattern: FieldPattern): boolean {
  return field.length === pattern.length && field.every((name, index) => name === null || name === pattern[index]);
}
