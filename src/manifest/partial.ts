/**
 * Partial: an environment of which something could not be read, such as the one that it extends. What is there is looked
 * at all the same, so that its mistakes are found too; what only the missing part could settle is not called a mistake.
 */
import type { DiagnosticCode } from '../model/codes.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Environment as Manifest } from '../model/generated/environment.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';

/** Mistakes that may be none as soon as the rest is there. */
const UNSETTLED: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  'missing_key',
  'unknown_reference',
  'unset_variable',
  'invalid_health_check',
  'invalid_reference',
  'engine_conflict',
]);

/** What stays wrong whatever the missing part holds. */
export function settled(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ code }) => !UNSETTLED.has(code));
}

/** Without the nulls: each may remove something that would be inherited. */
export function withoutRemovals(root: JsonObject): JsonObject {
  const kept: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(root)) {
    if (value !== null) kept[key] = isJsonObject(value) ? withoutRemovals(value) : value;
  }
  return kept;
}

/** Without the services of which nothing says what they run: how their ports and mounts are read depends on that. */
export function withoutFormless(manifest: Manifest): Manifest {
  if (manifest.services === undefined) return manifest;
  const formed = Object.entries(manifest.services).filter(
    ([, { container, process }]) => container !== undefined || process !== undefined,
  );
  return { ...manifest, services: Object.fromEntries(formed) };
}
