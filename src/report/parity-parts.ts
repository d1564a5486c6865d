/** The parts that the public documents of parity share, each in one shape. Fields are picked by name: nothing slips through. */
import type { JsonObject } from '../model/json.ts';
import type { ParityMetadata, ParitySummary } from '../model/parity.ts';
import { revisionJson } from './json-parts.ts';

export function severitiesJson({ info, warning, error, critical }: ParityMetadata['severities']): JsonObject {
  return { info, warning, error, critical };
}

export function summaryJson(summary: ParitySummary): JsonObject {
  return {
    total_services: summary.total_services,
    services_identical: summary.services_identical,
    services_with_differences: summary.services_with_differences,
    services_missing_in_source: summary.services_missing_in_source,
    services_missing_in_target: summary.services_missing_in_target,
  };
}

/** Of both sides; `null` for one that was observed. */
export function revisionsJson({ source, target }: ParityMetadata['revisions']): JsonObject {
  return {
    source: source === null ? null : revisionJson(source),
    target: target === null ? null : revisionJson(target),
  };
}
