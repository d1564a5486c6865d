/** The public JSON of validate (schemas/validate.json). */
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import type { JsonObject } from '../model/json.ts';
import { diagnosticJson } from './json-parts.ts';

const VALIDATE_FORMAT_VERSION = '1.0';

/** `environments` are the names of all that were looked at. */
export function validateDocument(environments: readonly string[], diagnostics: readonly Diagnostic[]): JsonObject {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  return {
    format_version: VALIDATE_FORMAT_VERSION,
    valid: !hasErrors(diagnostics),
    environments,
    summary: { errors, warnings: diagnostics.length - errors },
    diagnostics: diagnostics.map(diagnosticJson),
  };
}
