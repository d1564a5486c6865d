/**
 * Finds a report: by the path of its file, by the environment, or by the beginning of its id. Manifests are not asked, so a
 * report is found however they are now.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../files/errno.ts';
import { TrueupError } from '../model/failure.ts';
import { compareText } from '../model/json.ts';
import { nearest } from '../model/nearest.ts';
import { KEPT_KINDS, type KeptKind } from '../report/reading/report.ts';
import { safeText } from '../report/safe-text.ts';
import { listed, plural } from '../report/words.ts';

export interface FoundReport {
  readonly environment: string;
  readonly kind: KeptKind;
  readonly id: string;
  /** Sorts by time. */
  readonly timestamp: string;
  readonly path: string;
}

const REPORT_NAME = /^(\d{8}T\d{9}Z)-([\w-]+)\.json$/;
const MOST_NAMES = 8;

/** `folder` is where reports lie. `word` is an environment or the beginning of an id; `null` for the only environment. */
export async function findReport(folder: string, word: string | null, kind: KeptKind | null): Promise<FoundReport> {
  const all = await listReports(folder);
  const wanted = all.filter((report) => kind === null || report.kind === kind);
  const named = word === null ? onlyEnvironment(wanted, kind) : reportsOf(wanted, word);
  const newest = named.at(-1);
  if (newest !== undefined) return newest;
  throw notFound(all, word, kind);
}

/** All of them, the newest last. */
async function listReports(folder: string): Promise<readonly FoundReport[]> {
  const environments = await environmentsIn(folder);
  const found = await Promise.all(
    environments.flatMap((environment) =>
      KEPT_KINDS.map(async (kind) => {
        const names = await namesIn(join(folder, environment, kind));
        return names.flatMap((name): readonly FoundReport[] => {
          const [, timestamp, id] = REPORT_NAME.exec(name) ?? [];
          if (timestamp === undefined || id === undefined) return [];
          return [{ environment, kind, id, timestamp, path: join(folder, environment, kind, name) }];
        });
      }),
    ),
  );
  return found.flat().sort((left, right) => compareText(left.timestamp, right.timestamp) || rank(left) - rank(right));
}

/** Of two made in one moment, what was done says more than what was planned. */
function rank({ kind }: FoundReport): number {
  return ['parity', 'drift', 'plan', 'run'].indexOf(kind);
}

/** A file in place of the folder holds no report, and keeps any from being written. */
async function environmentsIn(folder: string): Promise<readonly string[]> {
  const status = await stat(folder).catch(() => null);
  if (status === null || status.isDirectory()) return namesIn(folder);
  throw new TrueupError('file_unreadable', `${folder} cannot be read: it is no folder`, {
    fields: { path: folder },
    next: 'move it out of the way, or name the path of a report',
  });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort(compareText);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrueupError('file_unreadable', `the folder ${folder} cannot be read: ${reason}`, {
      cause: error,
      fields: { path: folder },
      next: 'correct its permissions, or name the path of a report',
    });
  }
}

function onlyEnvironment(reports: readonly FoundReport[], kind: KeptKind | null): readonly FoundReport[] {
  const names = environmentsOf(reports);
  if (names.length < 2) return reports;
  const what = kind === null ? 'reports' : `reports of a ${kind}`;
  throw new TrueupError('usage', `there are ${what} of ${names.length} environments: ${listed(names, MOST_NAMES)}`, {
    next: 'name the environment that you mean',
  });
}

/** An environment goes before an id, since its name was chosen by somebody. */
function reportsOf(reports: readonly FoundReport[], word: string): readonly FoundReport[] {
  const ofEnvironment = reports.filter(({ environment }) => environment === word);
  if (ofEnvironment.length > 0) return ofEnvironment;
  const begun = reports.filter(({ id }) => id.toLowerCase().startsWith(word.toLowerCase()));
  const ids = [...new Set(begun.map(({ id }) => id))];
  if (ids.length < 2) return begun;
  throw new TrueupError('usage', `the ids of ${plural(ids.length, 'report')} begin with ${safeText(word)}`, {
    next: `name more of one: ${listed(ids, MOST_NAMES)}`,
  });
}

function notFound(all: readonly FoundReport[], word: string | null, kind: KeptKind | null): TrueupError {
  const what = kind === null ? 'report' : `report of a ${kind}`;
  const message = word === null ? `there is no ${what} yet` : `there is no ${what} named ${safeText(word)}`;
  const names = environmentsOf(all);
  const suggestion = word === null ? null : nearest(word, names);
  const next =
    suggestion !== null && suggestion !== word
      ? `did you mean ${suggestion}?`
      : `\`trueup ${kind === 'run' ? 'apply' : (kind ?? 'plan')}\` writes one${names.length === 0 ? '' : `; there are reports of ${listed(names, MOST_NAMES)}`}`;
  return new TrueupError('report_not_found', message, { fields: { name: word, kind }, next });
}

function environmentsOf(reports: readonly FoundReport[]): readonly string[] {
  return [...new Set(reports.map(({ environment }) => safeText(environment)))].sort(compareText);
}
