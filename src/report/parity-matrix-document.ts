/** The public JSON of a matrix (schemas/parity-matrix.json): small. What a pair differs in stands in its own report, by id. */
import type { JsonObject } from '../model/json.ts';
import type { ConfigurationDiffReport } from '../model/parity.ts';
import type { ParityMatrix } from './parity-matrix.ts';
import { severitiesJson, summaryJson } from './parity-parts.ts';

const MATRIX_FORMAT_VERSION = '1.0';

export function matrixDocument({ mode, reference, duration_ms: duration, reports, invalid }: ParityMatrix): JsonObject {
  return {
    format_version: MATRIX_FORMAT_VERSION,
    comparison_mode: mode,
    reference,
    duration_ms: Math.round(duration),
    matrix: reports.map(pairJson),
    invalid,
  };
}

function pairJson({ id, overall_status, summary, metadata, ...report }: ConfigurationDiffReport): JsonObject {
  const { labels, severities, unknown, score } = metadata;
  return {
    source: labels?.source ?? report.source_environment,
    target: labels?.target ?? report.target_environment,
    report_id: id,
    overall_status,
    score,
    severities: severitiesJson(severities),
    summary: summaryJson(summary),
    unknown: unknown.length > 0,
  };
}
