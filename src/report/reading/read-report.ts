/** A document as a report of which there is a page; what cannot be one is refused, with why and what to do next. Pure. */
import type { ToldChange, Withheld } from '../../model/change.ts';
import { TrueupError } from '../../model/failure.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject, member } from '../../model/json.ts';
import type { Drift } from '../../model/plan.ts';
import { safeText, shorten } from '../safe-text.ts';
import { unmarkSecrets } from '../secret-marks.ts';
import { fitsSchema } from './fits-schema.ts';
import { parityHistoryReport, parityReport } from './read-parity.ts';
import { type Envelope, PAGE_KINDS, type PageKind, type PageReport, type ToldResult } from './report.ts';
import type { ChangeJson, DriftJson, PlanJson, ResultJson, RunJson } from './report-json.ts';

const KNOWN_MAJOR = '1';
const LONGEST_WORD = 60;
/** Far deeper than anything that trueup writes, and far from what a stack holds. */
const MOST_DEPTH = 200;

/** `name` is how messages call it: the path of its file. Throws `invalid_report_file`. */
export function readReport(document: Json, name: string): PageReport {
  if (!isJsonObject(document)) throw invalid(name, 'it is no JSON object');
  if (isDeeperThan(document, MOST_DEPTH)) throw invalid(name, 'it is nested too deeply');
  const kind = kindOf(document, name);
  assertVersion(document, name);
  const found = fitsSchema(document, kind);
  switch (found.kind) {
    case 'plan':
      return planReport(found.document);
    case 'run':
      return runReport(found.document);
    case 'drift':
      return driftReport(found.document);
    case 'parity':
      return parityReport(found.document);
    case 'parity matrix':
      return { kind: 'parity matrix', matrix: found.document };
    case 'parity history':
      return parityHistoryReport(found.document);
    case 'misfit':
      throw invalid(name, safeText(found.problem));
    default:
      return found satisfies never;
  }
}

/** A report says its kind; what was printed is known by what it has. */
function kindOf(document: JsonObject, name: string): PageKind {
  const said = document['kind'];
  if (said !== undefined) {
    const kind = PAGE_KINDS.find((word) => word === said);
    if (kind !== undefined) return kind;
    const what = shorten(safeText(typeof said === 'string' ? said : JSON.stringify(said)), LONGEST_WORD);
    throw invalid(name, `its kind is ${what}, and there is no page for that`, NEXT_KIND);
  }
  if ('resource_changes' in document) return 'plan';
  if ('steps' in document && 'gates' in document) return 'run';
  if ('resource_drift' in document) return 'drift';
  if ('service_diffs' in document) return 'parity';
  if ('matrix' in document) return 'parity matrix';
  if ('history' in document && 'comparison_mode' in document) return 'parity history';
  if (['plans', 'runs', 'drifts'].some((list) => isJsonArray(document[list]))) {
    throw invalid(name, 'it holds documents of several environments', 'name one environment where you make it');
  }
  throw invalid(name, 'it is the document of no plan, no run, no drift and no parity', NEXT_KIND);
}

const NEXT_KIND = 'name the report of a plan, of a run, of drift or of a parity';

function assertVersion(document: JsonObject, name: string): void {
  // The report of a parity is of a data model that knows no version: it stands where all does that was added to it.
  const version = document['format_version'] ?? member(document['metadata'] ?? null, 'format_version');
  if (typeof version !== 'string' || !/^\d+\.\d+$/.test(version)) throw invalid(name, 'it has no format version');
  if (version.split('.')[0] === KNOWN_MAJOR) return;
  throw invalid(
    name,
    `its format version is ${shorten(version, LONGEST_WORD)}, and this trueup knows ${KNOWN_MAJOR}.x`,
    'use the version of trueup that made it, or make the report anew',
  );
}

function planReport({ resource_changes, resource_drift, estimates = [], ...plan }: PlanJson): PageReport {
  const withheld = plan.withheld.map(withheldOf);
  const drift = resource_drift.map(driftOf);
  const changes = resource_changes.map((json) => ({ ...changeOf(json), ...configurationOf(json) }));
  return { kind: 'plan', envelope: envelopeOf(plan), plan: { ...plan, changes, drift, withheld }, estimates };
}

function runReport(json: RunJson): PageReport {
  const { rollback_to = null, unpinned = [] } = json;
  const run = { ...json, changes: json.changes.map(resultOf), rollback_to, unpinned };
  return { kind: 'run', envelope: envelopeOf(json), run };
}

function driftReport({ resource_drift, filesystem: changes, ...rest }: DriftJson): PageReport {
  const { filesystem_omitted: omitted = [], filesystem_unseen: unseen = [] } = rest;
  const filesystem = changes === undefined ? null : { changes, omitted, unseen };
  const drift = { ...rest, drift: resource_drift.map(driftOf), filesystem };
  return { kind: 'drift', envelope: envelopeOf(rest), drift };
}

function envelopeOf(json: Partial<Envelope>): Envelope | null {
  const { id, created_at, trueup_version, duration_ms, engines } = json;
  if (id === undefined || created_at === undefined || trueup_version === undefined) return null;
  return { id, created_at, trueup_version, duration_ms: duration_ms ?? 0, engines: engines ?? [] };
}

function changeOf({ action_reason: reason, ...rest }: Omit<ChangeJson, 'change'>): ToldChange {
  return { ...rest, reason, differences: rest.differences.map((difference) => unmarked(difference)) };
}

function configurationOf({ change }: ChangeJson): ChangeJson['change'] {
  const { before, after } = unmarkSecrets(change);
  return {
    before: isJsonObject(before) ? before : null,
    after: isJsonObject(after) ? after : null,
    after_unknown: change.after_unknown,
  };
}

function resultOf(json: ResultJson): ToldResult {
  const { address, action, status, duration_ms } = json;
  const { previous_address, type, name, engine, action_reason, cause, source, differences, depends_on, impact } = json;
  const isWhole =
    previous_address !== undefined &&
    type !== undefined &&
    name !== undefined &&
    engine !== undefined &&
    action_reason !== undefined &&
    cause !== undefined &&
    source !== undefined &&
    differences !== undefined &&
    depends_on !== undefined &&
    impact !== undefined;
  if (!isWhole) return { address, action, status, duration_ms, change: null };
  const subject = { address, previous_address, type, name, engine, action, action_reason, cause };
  const change = changeOf({ ...subject, source, differences, depends_on, impact });
  return { address, action, status, duration_ms, change };
}

function withheldOf(withheld: Withheld): Withheld {
  const { differences } = withheld;
  if (differences === undefined) return withheld;
  return { ...withheld, differences: differences.map((difference) => unmarked(difference)) };
}

function driftOf(drift: Drift): Drift {
  return { ...drift, differences: drift.differences.map((difference) => unmarked(difference)) };
}

function unmarked<T extends { readonly before: Json; readonly after: Json }>(difference: T): T {
  return { ...difference, ...unmarkSecrets(difference) };
}

function isDeeperThan(document: Json, most: number): boolean {
  let level: readonly Json[] = [document];
  for (let depth = 0; depth <= most; depth += 1) {
    if (level.length === 0) return false;
    level = level.flatMap((value) => (isJsonArray(value) ? value : isJsonObject(value) ? Object.values(value) : []));
  }
  return true;
}

function invalid(
  name: string,
  reason: string,
  next = 'make it anew with `trueup plan`, `apply`, `drift` or `parity`',
): TrueupError {
  return new TrueupError('invalid_report_file', `${safeText(name)} is no report that a page can show: ${reason}`, {
    fields: { path: name },
    next,
  });
}
