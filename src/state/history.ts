/**
 * The history: one line for each changing run that is over, one file for each environment. Lines are only appended, in the
 * order in which runs ended, whatever the clock did; of the oldest ones no more than {@link MOST_ENTRIES} are kept. It helps
 * people and `rollback`, and nothing is ever found by it: lines that cannot be read are left out.
 */
import { open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PRIVATE_FILE, syncFolder, writeFileAtomic } from '../files/atomic-file.ts';
import { makeFolder } from '../files/make-folder.ts';
import { isAddress } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import { HISTORY_FORMAT_VERSION, type HistoryEntry, RUN_COUNTS } from '../model/history.ts';
import { compareText } from '../model/json.ts';
import type { StateFolder } from './folder.ts';
import { count, flag, listOf, nullable, objectOf, oneOf, optional, text, textThat } from './shape.ts';
import { parseJson } from './stored-json.ts';
import { headerLine, readStoredLines } from './stored-lines.ts';
import { moveAside } from './move-aside.ts';
import { unreadable, unwritable } from './system-error.ts';

/** How many runs are remembered at least; a tenth more before the oldest go. */
const MOST_ENTRIES = 1000;

const addresses = listOf(textThat(isAddress, 'an address'));

const ENTRY_SHAPE = objectOf({
  run: text,
  command: text,
  mode: oneOf(['apply', 'destroy']),
  purpose: optional(oneOf(['hold'])),
  revision: objectOf({ commit: nullable(text), dirty: flag }),
  targets: optional(addresses),
  started_at: text,
  duration_ms: nullable(count),
  status: oneOf(['succeeded', 'failed', 'cancelled', 'not_ended']),
  summary: objectOf(Object.fromEntries(RUN_COUNTS.map((name) => [name, count]))),
  failed: addresses,
  rolled_back: addresses,
  report: nullable(text),
});

export interface HistoryReading {
  /** Oldest first; the order of the file counts. One for a run: the last that was written. */
  readonly entries: readonly HistoryEntry[];
  readonly problem: TrueupError | null;
}

/** Never rejects for what the file holds. */
export async function readHistory(folder: StateFolder, environment: string): Promise<HistoryReading> {
  const path = historyPath(folder, environment);
  const stored = await readStoredLines(path, HISTORY_FORMAT_VERSION);
  if (stored.status === 'missing') return { entries: [], problem: null };
  if (stored.status === 'too_new') return { entries: [], problem: tooNew(path, stored.found) };
  if (stored.status === 'damaged') {
    const problem = unreadable(path, stored.reason, 'The next run moves it aside and begins anew.', stored.cause);
    return { entries: [], problem };
  }
  const byRun = new Map<string, HistoryEntry>();
  for (const line of stored.lines) {
    const entry = parseJson<HistoryEntry>(line, ENTRY_SHAPE);
    if (entry.status === 'read') byRun.set(entry.value.run, entry.value);
  }
  return { entries: [...byRun.values()].slice(-MOST_ENTRIES), problem: null };
}

/** The run that ended last; `null` where none is remembered. Looks at no other. */
export async function readLastRun(folder: StateFolder, environment: string): Promise<HistoryEntry | null> {
  const stored = await readStoredLines(historyPath(folder, environment), HISTORY_FORMAT_VERSION);
  const lines = stored.status === 'read' ? stored.lines : [];
  for (const line of lines.toReversed()) {
    const entry = parseJson<HistoryEntry>(line, ENTRY_SHAPE);
    if (entry.status === 'read') return entry.value;
  }
  return null;
}

/** Environments of which a run is remembered, sorted. */
export async function rememberedEnvironments(folder: StateFolder): Promise<readonly string[]> {
  const files = await readdir(join(folder.path, 'history')).catch(() => []);
  return files
    .flatMap((file) => (file.endsWith(ENDING) ? [decoded(file.slice(0, -ENDING.length))] : []))
    .filter((name) => name !== null)
    .sort(compareText);
}

/** Adds runs that are over. The caller holds the lock of the project. Rejects with `state_unwritable` or `state_too_new`. */
export async function appendHistory(
  folder: StateFolder,
  environment: string,
  added: readonly HistoryEntry[],
): Promise<void> {
  if (added.length === 0) return;
  const path = historyPath(folder, environment);
  const stored = await readStoredLines(path, HISTORY_FORMAT_VERSION);
  if (stored.status === 'too_new') throw tooNew(path, stored.found);
  if (stored.status === 'damaged') await moveAside(path);
  const lines = added.map((entry) => JSON.stringify(entry));
  try {
    if (stored.status === 'read') await extend(path, stored, lines);
    else await replace(path, lines);
  } catch (error) {
    throw unwritable(path, error);
  }
}

async function extend(
  path: string,
  known: { readonly lines: readonly string[]; readonly isCut: boolean },
  lines: readonly string[],
): Promise<void> {
  if (known.lines.length + lines.length > MOST_ENTRIES * 1.1) {
    await replace(path, [...known.lines, ...lines].slice(-MOST_ENTRIES));
    return;
  }
  await using file = await open(path, 'a', PRIVATE_FILE);
  // What a crash cut off must not run into what follows.
  const gap = known.isCut ? '\n' : '';
  await file.appendFile(`${gap}${lines.join('\n')}\n`);
  await file.datasync();
}

async function replace(path: string, lines: readonly string[]): Promise<void> {
  await makeFolder(dirname(path));
  await writeFileAtomic(path, `${[headerLine(HISTORY_FORMAT_VERSION), ...lines].join('\n')}\n`);
  await syncFolder(dirname(path));
}

const ENDING = '.ndjson';

function historyPath(folder: StateFolder, environment: string): string {
  return join(folder.path, 'history', `${encodeURIComponent(environment)}${ENDING}`);
}

function decoded(name: string): string | null {
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}

function tooNew(path: string, found: string): TrueupError {
  return new TrueupError('state_too_new', `${path} was written by a newer trueup (format ${found})`, {
    fields: { path, format_version: found, supported: HISTORY_FORMAT_VERSION },
    next: 'Update trueup. Or delete the file: then only the list of earlier runs is forgotten.',
  });
}
