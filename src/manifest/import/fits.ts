/** Whether the schema takes a text at its place: asked before it is written, so that no import is refused by what it wrote. */
import type { ManifestPath } from '../layers.ts';
import { schemaAt } from '../schema.ts';
import { member, type Json } from '../../model/json.ts';

/** A value of a service. */
export function fits(path: ManifestPath, text: string): boolean {
  const schema = schemaAt(['services', 'any', ...path]);
  const words = member(schema, 'enum');
  if (Array.isArray(words)) return words.includes(text);
  return matches(member(schema, 'pattern'), text);
}

/** A name in a map of a service, such as that of a variable. */
export function fitsName(path: ManifestPath, name: string): boolean {
  return matches(member(member(schemaAt(['services', 'any', ...path]), 'propertyNames'), 'pattern'), name);
}

function matches(pattern: Json, text: string): boolean {
  return typeof pattern !== 'string' || new RegExp(pattern, 'u').test(text);
}
