/**
 * Queries of RFC 9535 that select fields. A module of its own: only rules whose path is more than names load the library.
 * A query is applied to whole configurations; the paths of what it selects come back normalised.
 */
import { jsonpath, type JSONValue } from 'json-p3';
import { fieldPath, type FieldPath } from '../../model/field-path.ts';
import type { JsonObject } from '../../model/json.ts';

export type FieldQuery = { select(config: JsonObject): readonly FieldPath[] } | { readonly wrong: string };

export function parseFieldQuery(text: string): FieldQuery {
  try {
    const query = jsonpath.compile(text);
    return {
      select: (config) => query.query(copyOf(config)).locations().map(normalised),
    };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}

/** The library takes what it may change. */
function copyOf(config: JsonObject): JSONValue {
  return JSON.parse(JSON.stringify(config)) as JSONValue;
}

/** Indexes of lists stand as decimal text: what they name is compared with its list, never by itself. */
function normalised(location: readonly (string | number)[]): FieldPath {
  return fieldPath(...location.map(String));
}
