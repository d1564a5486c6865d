/** Whether a body of JSON meets an expectation. A module of its own: only checks that ask for it load the library. */
import { jsonpath, type JSONValue } from 'json-p3';
import type { Json } from '../../model/json.ts';
import { meetsExpectation, parseJsonExpectation } from '../../model/json-expectation.ts';

/** A body that is no JSON, and a query that is no JSONPath, meet nothing. */
export function bodyMeets(text: string, body: string): boolean {
  const expectation = parseJsonExpectation(text);
  if (expectation === null) return false;
  try {
    const document: JSONValue = JSON.parse(body) as JSONValue;
    const values: readonly unknown[] = jsonpath.query(expectation.query, document).values();
    return meetsExpectation(expectation, values.filter(isJson));
  } catch {
    return false;
  }
}

function isJson(value: unknown): value is Json {
  return value !== undefined;
}
