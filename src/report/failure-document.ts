/** The public JSON of a command that failed (schemas/diagnostics.json): one error, and the diagnostics behind it. */
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Failure } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import { diagnosticJson, failureJson } from './json-parts.ts';

export function failureDocument(failure: Failure, diagnostics: readonly Diagnostic[]): JsonObject {
  return { error: failureJson(failure), diagnostics: diagnostics.map(diagnosticJson) };
}
