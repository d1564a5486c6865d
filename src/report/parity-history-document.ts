/** The public JSON of the history of a parity (schemas/parity-history.json). */
import type { JsonObject } from '../model/json.ts';
import type { ParityHistory, ParityHistoryEntry } from './parity-history.ts';
import { revisionsJson, severitiesJson } from './parity-parts.ts';

const HISTORY_FORMAT_VERSION = '1.0';

export function parityHistoryDocument({ entries, ...history }: ParityHistory): JsonObject {
  return {
    format_version: HISTORY_FORMAT_VERSION,
    source: history.source,
    target: history.target,
    comparison_mode: history.comparison_mode,
    history: entries.map(entryJson),
    turned: history.turned,
  };
}

function entryJson({ id, timestamp, overall_status, score, severities, ...entry }: ParityHistoryEntry): JsonObject {
  return {
    report_id: id,
    timestamp,
    overall_status,
    score,
    severities: severitiesJson(severities),
    revisions: revisionsJson(entry.revisions),
    unknown: entry.unknown,
    trend: entry.trend,
    cause: entry.cause,
    moved: entry.moved.map(({ side, since, commit, subject, commits }) => ({ side, since, commit, subject, commits })),
  };
}
