/** The parts that several public documents share, each in one shape. Fields are picked by name: nothing slips through. */
import type { Conflict, Difference, IgnoreHit, PendingRestart } from '../model/change.ts';
import type { Revision } from '../model/desired.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Failure } from '../model/failure.ts';
import type { JsonObject } from '../model/json.ts';
import type { PlanEngine } from '../model/plan.ts';
import type { Freeze } from '../model/served.ts';
import type { LastSource, SourceRange } from '../model/source.ts';
import { hideSecretsIn, markSecrets } from './secret-marks.ts';

export function sourceJson(source: SourceRange | null): JsonObject | null {
  if (source === null) return null;
  const { file, start, end } = source;
  return {
    file,
    start: { line: start.line, column: start.column },
    end: { line: end.line, column: end.column },
  };
}

/** A member of its own, where there is such a place. */
export function lastSourceJson(source: LastSource | undefined): JsonObject {
  if (source === undefined) return {};
  return { last_source: { ...sourceJson(source), commit: source.commit } };
}

export function revisionJson(revision: Revision): JsonObject {
  return { commit: revision.commit, dirty: revision.dirty };
}

export function diagnosticJson(diagnostic: Diagnostic): JsonObject {
  const { code, severity, summary, detail, source } = diagnostic;
  return { code, severity, summary, detail, source: sourceJson(source) };
}

export function failureJson(failure: Failure): JsonObject {
  const { code, message, next, fields, retryable } = failure;
  return { code, message, next, fields: hideSecretsIn(fields), retryable };
}

export function differenceJson(difference: Difference): JsonObject {
  const { field_path, cause, severity, impact, effect, source, via, moved_input: moved } = difference;
  const { before, after } = markSecrets(difference.before, difference.after);
  const place = { source: sourceJson(source), ...(via === undefined ? {} : { via: sourceJson(via) }) };
  return {
    field_path,
    before,
    after,
    cause,
    severity,
    impact,
    effect,
    ...place,
    ...(moved === undefined ? {} : { moved_input: moved }),
  };
}

export function conflictJson({ address, engine, name, summary, claimed, source }: Conflict): JsonObject {
  return {
    address,
    engine,
    name,
    summary,
    ...(claimed === undefined ? {} : { claimed }),
    source: sourceJson(source),
  };
}

export function pendingRestartJson({ address, field_path, configured, effective, source }: PendingRestart): JsonObject {
  const { before, after } = markSecrets(effective, configured);
  return { address, field_path, configured: after, effective: before, source: sourceJson(source) };
}

export function engineJson(engine: PlanEngine): JsonObject {
  const { name, driver, status, facts, error, provided_by: provider } = engine;
  const known = { name, driver, status, facts: facts === null ? null : hideSecretsIn(facts), error };
  return provider === undefined ? known : { ...known, provided_by: provider };
}

export function ignoreHitJson({ source, ...hit }: IgnoreHit): JsonObject {
  const { address, field_path, reason, until, hits, status } = hit;
  return { address, field_path, reason, until, hits, status, source: sourceJson(source) };
}

export function freezeJson({ address, since, until, reason, by }: Freeze): JsonObject {
  return { address, since, until, reason, by };
}
