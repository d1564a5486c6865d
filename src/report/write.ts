/**
 * The report writer. A report is a document in an envelope of facts that change from one making to the next: when, how
 * long, by which version, on which engines. Files appear whole or not at all, and the oldest make room for new ones.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { linkAtomic, SHARED_FILE, writeFileAtomic } from '../files/atomic-file.ts';
import { TrueupError } from '../model/failure.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { jsonText } from './json-text.ts';

export type ReportKind = 'plan' | 'run' | 'drift' | 'diff' | 'parity' | 'health';

export interface ReportEngine {
  readonly name: string;
  readonly driver: string;
  /** `null` where the engine did not answer. */
  readonly version: string | null;
}

export interface WriteOptions {
  /** The moment of the report: names the file and stands in it. */
  readonly now: Date;
  readonly id: string;
  readonly trueupVersion: string;
  readonly durationMs: number;
  readonly engines: readonly ReportEngine[];
  /** How many reports of this kind are kept. Default 100. */
  readonly keep?: number;
}

const DEFAULT_KEEP = 100;
const REPORT_NAME = /^\d{8}T\d{9}Z-[\w-]+\.json$/;

/**
 * Writes `<folder>/<environment>/<kind>/<UTC timestamp>-<id>.json` and `latest.json`, and returns the path of the first.
 * Rejects with `report_unwritable`, which is worth a warning: what was reported on has happened all the same.
 */
export async function writeReport(
  folder: string,
  environment: string,
  kind: ReportKind,
  document: JsonObject,
  options: WriteOptions,
): Promise<string> {
  const target = join(folder, environment, kind);
  const file = join(target, `${timestampOf(options.now)}-${options.id}.json`);
  try {
    const firstMade = await mkdir(target, { recursive: true });
    if (firstMade !== undefined && !isInside(firstMade, folder)) await ignoreInGit(folder);
    const text = jsonText(enveloped(kind, document, options));
    await writeFileAtomic(file, text, SHARED_FILE);
    await linkAtomic(file, join(target, 'latest.json'), text, SHARED_FILE);
    await prune(target, options.keep ?? DEFAULT_KEEP);
    return file;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrueupError('report_unwritable', `the report ${file} cannot be written: ${reason}`, {
      cause: error,
      fields: { file },
      next: 'make the folder writable and free some space, or turn reports off',
    });
  }
}

function enveloped(kind: ReportKind, document: JsonObject, options: WriteOptions): JsonObject {
  // It says all of this by itself, in the words of its own data model.
  if (kind === 'parity') return document;
  const { now, id, trueupVersion, durationMs, engines } = options;
  const envelope: Record<string, Json> = {
    format_version: document['format_version'] ?? null,
    kind,
    id,
    created_at: now.toISOString(),
    trueup_version: trueupVersion,
    duration_ms: Math.round(durationMs),
    engines: engines.map(({ name, driver, version }) => ({ name, driver, version })),
  };
  return { ...envelope, ...document };
}

/** `20260131T235959123Z`: sorts by time, and is a file name everywhere. */
function timestampOf(now: Date): string {
  return now.toISOString().replaceAll(/[-:.]/g, '');
}

function isInside(path: string, folder: string): boolean {
  return resolve(path).startsWith(resolve(folder) + sep);
}

/** Reports stay out of the user's commits. Only for a folder that we made, and never over a file of theirs. */
async function ignoreInGit(folder: string): Promise<void> {
  try {
    await writeFile(join(folder, '.gitignore'), '*\n!README.md\n', { flag: 'wx' });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

async function prune(target: string, keep: number): Promise<void> {
  const names = (await readdir(target)).filter((name) => REPORT_NAME.test(name)).sort();
  const surplus = names.slice(0, Math.max(0, names.length - Math.max(1, keep)));
  for (const name of surplus) await rm(join(target, name), { force: true });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
