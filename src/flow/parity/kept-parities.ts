/** The parity reports of a repo, read for what they count. What is no report, or was cut short, is left out and counted. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../files/errno.ts';
import { SEVERITIES } from '../../model/change.ts';
import { compareText } from '../../model/json.ts';
import { COMPARISON_MODES, type ConfigurationDiffReport, OVERALL_STATUSES } from '../../model/parity.ts';
import type { KeptParity } from '../../report/parity-history.ts';
import { count, flag, listOf, nullable, objectOf, oneOf, optional, type Shape, text } from '../../state/shape.ts';
import { parseJson } from '../../state/stored-json.ts';

export interface KeptReport extends KeptParity {
  /** How many there are: what it takes to compare the two once more. */
  readonly services: number;
}

export interface KeptParities {
  /** The oldest first. */
  readonly reports: readonly KeptReport[];
  /** Paths of what lies there and cannot be read. */
  readonly unreadable: readonly string[];
}

const REPORT_NAME = /^\d{8}T\d{9}Z-[\w-]+\.json$/;

/** `folder` is where reports lie. */
export async function keptParities(folder: string): Promise<KeptParities> {
  const environments = await namesIn(folder);
  const files = await Promise.all(
    environments.map(async (environment) => {
      const names = await namesIn(join(folder, environment, 'parity'));
      return names.filter((name) => REPORT_NAME.test(name)).map((name) => join(folder, environment, 'parity', name));
    }),
  );
  const reports: KeptReport[] = [];
  const unreadable: string[] = [];
  // One after the other: there may be more of them than files that a process may hold open.
  for (const path of files.flat()) {
    const kept = await keptIn(path);
    if (kept === null) unreadable.push(path);
    else if (kept !== 'gone') reports.push(kept);
  }
  return {
    reports: reports.toSorted(
      (left, right) => compareText(left.timestamp, right.timestamp) || compareText(left.id, right.id),
    ),
    unreadable,
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort(compareText);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  }
}

const score: Shape = (value, path) =>
  value === null || (typeof value === 'number' && value >= 0 && value <= 1) ? null : `${path} is no share`;

const revision = nullable(objectOf({ commit: nullable(text), dirty: flag }));

/** As deep as `KeptParity` goes. */
const KEPT_SHAPE = objectOf({
  id: text,
  timestamp: (value, path) => (Number.isNaN(Date.parse(String(value))) ? `${path} is no time` : text(value, path)),
  source_environment: text,
  target_environment: text,
  overall_status: oneOf(OVERALL_STATUSES),
  summary: objectOf({ total_services: count }),
  metadata: objectOf({
    comparison_mode: oneOf(COMPARISON_MODES),
    labels: optional(objectOf({ source: text, target: text })),
    score,
    severities: objectOf(Object.fromEntries(SEVERITIES.map((severity) => [severity, count]))),
    revisions: objectOf({ source: revision, target: revision }),
    unknown: listOf(objectOf({})),
  }),
});

async function contentOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    // What nobody may read, or is no file, is as good as damaged; anything else is not about this report.
    if (['EACCES', 'EPERM', 'EISDIR'].includes(errnoOf(error) ?? '')) return '';
    throw error;
  }
}

/** `null` for what cannot be read as one. Whoever clears up meanwhile takes nothing away from the others. */
async function keptIn(path: string): Promise<KeptReport | 'gone' | null> {
  const content = await contentOf(path);
  if (content === null) return 'gone';
  const parsed = parseJson<ConfigurationDiffReport>(content, KEPT_SHAPE);
  if (parsed.status === 'damaged') return null;
  const { id, timestamp, source_environment, target_environment, overall_status, summary, metadata } = parsed.value;
  const { comparison_mode, labels, score: share, severities, revisions, unknown } = metadata;
  return {
    id,
    timestamp,
    source: labels?.source ?? source_environment,
    target: labels?.target ?? target_environment,
    overall_status,
    comparison_mode,
    score: share,
    severities,
    revisions,
    unknown: unknown.length > 0,
    services: summary.total_services,
  };
}
