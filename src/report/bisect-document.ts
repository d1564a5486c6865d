/** The public JSON of a bisect (schemas/bisect.json): the first bad commit, why, and what it declares otherwise. */
import type { Bisected, CommitInfo, DesiredChange, Judgement } from '../model/bisect.ts';
import { isJsonArray, type Json, type JsonObject, member } from '../model/json.ts';
import { diagnosticJson, sourceJson } from './json-parts.ts';
import { runDocument } from './run-document.ts';
import { markSecrets } from './secret-marks.ts';

const BISECT_FORMAT_VERSION = '1.0';

export interface BisectAround {
  /** What no revision decides. */
  readonly unpinned: readonly string[];
  readonly durationMs: number;
}

export function bisectDocument(bisected: Bisected, { unpinned, durationMs }: BisectAround): JsonObject {
  const { environment, good, bad, first_bad: found, parent, changes, judged } = bisected;
  return {
    format_version: BISECT_FORMAT_VERSION,
    environment,
    good: commitJson(good),
    bad: commitJson(bad),
    first_bad: {
      ...commitJson(found.commit),
      reason: found.reason,
      failures: failuresOf(found),
      diagnostics: found.diagnostics.map(diagnosticJson),
    },
    parent,
    changes: changes === null ? null : changes.map(changeJson),
    judged: judged.map(judgementJson),
    unpinned,
    duration_ms: durationMs,
  };
}

function commitJson({ commit, parents, author, date, subject }: CommitInfo): JsonObject {
  return { commit, parents, author, date, subject };
}

function judgementJson({ commit, verdict, reason, same_as, duration_ms }: Judgement): JsonObject {
  return { commit: commit.commit, subject: commit.subject, verdict, reason, same_as, duration_ms };
}

function changeJson({ address, kind, differences, source }: DesiredChange): JsonObject {
  return {
    address,
    kind,
    source: sourceJson(source),
    differences: differences.map(({ field_path, before, after, source: at }) => ({
      field_path,
      ...markSecrets(before, after),
      source: sourceJson(at),
    })),
  };
}

/** Failed steps, then gates that the last look found closed, as a run tells them. */
function failuresOf({ staged }: Judgement): readonly JsonObject[] {
  if (staged === null || staged.run === null) return [];
  const { steps, gates } = runDocument(staged.run, staged.plan.changes);
  const failed = itemsOf(steps).filter((step) => member(step, 'status') === 'failed');
  const unmet = itemsOf(gates).filter((gate) => member(gate, 'met') === false);
  return [
    ...failed.map((step) => ({
      address: member(step, 'address'),
      step: member(step, 'id'),
      reason: member(member(step, 'error'), 'message'),
      error: member(step, 'error'),
      gate: member(step, 'gate'),
    })),
    ...unmet.map((gate) => ({
      address: member(gate, 'address'),
      step: null,
      reason: member(gate, 'reason'),
      error: null,
      gate: member(gate, 'gate'),
    })),
  ];
}

function itemsOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}
