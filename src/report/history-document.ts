/** The public JSON of the history (schemas/history.json): runs that are over, newest first. */
import { HISTORY_FORMAT_VERSION, type HistoryEntry } from '../model/history.ts';
import type { JsonObject } from '../model/json.ts';
import type { EnvironmentHistory } from './history.ts';
import { revisionJson } from './json-parts.ts';

export function historyDocument(environments: readonly EnvironmentHistory[]): JsonObject {
  return {
    format_version: HISTORY_FORMAT_VERSION,
    environments: environments.map(({ name, runs }) => ({ name, runs: runs.map(entryJson) })),
  };
}

function entryJson(entry: HistoryEntry): JsonObject {
  return {
    run: entry.run,
    command: entry.command,
    mode: entry.mode,
    purpose: entry.purpose ?? 'apply',
    revision: revisionJson(entry.revision),
    targets: entry.targets ?? [],
    started_at: entry.started_at,
    duration_ms: entry.duration_ms,
    status: entry.status,
    summary: { ...entry.summary },
    failed: entry.failed,
    rolled_back: entry.rolled_back,
    report: entry.report,
  };
}
