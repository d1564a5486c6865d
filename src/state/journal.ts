/**
 * The journal: what a changing run is about to do, on the disk before each engine call and after it, one file for each
 * environment. It is there so that the run after one that was cut off can tell what became of it, and repeats what nothing
 * observed would ask for: restarts. Of a run that has ended nothing is left, so the file never grows: it holds one run, of
 * two lines a step at most, and what is open from those before it.
 */
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type AppendLog, openAppendLog } from '../files/append-log.ts';
import { syncFolder, writeFileAtomic } from '../files/atomic-file.ts';
import { makeFolder } from '../files/make-folder.ts';
import { TrueupError } from '../model/failure.ts';
import type { RunStatus, StepStatus } from '../model/run.ts';
import type { StateFolder } from './folder.ts';
import {
  type JournalEntry,
  type JournalExtension,
  type JournalIntent,
  type OwedRestart,
  parseEntry,
} from './journal-entries.ts';
import { foldEntries, type JournalReading, NO_RUNS } from './journal-reading.ts';
import { moveAside } from './move-aside.ts';
import { headerLine, readStoredLines } from './stored-lines.ts';
import { unreadable, unwritable } from './system-error.ts';

const JOURNAL_FORMAT_VERSION = '1.0';

/** What is left of runs that are over. */
export interface JournalRest {
  readonly owed: readonly OwedRestart[];
  /** Of what was cut off: its steps are those of which nobody knows how they ended. */
  readonly cutOff: JournalIntent | null;
}

export interface JournalFile {
  readonly reading: JournalReading;
  /** Why nothing is known although a file is there. */
  readonly problem: TrueupError | null;
}

export function journalPath(folder: StateFolder, environment: string): string {
  return join(folder.path, 'journal', `${encodeURIComponent(environment)}.ndjson`);
}

/** Never rejects for what the file holds: what cannot be read counts as if nothing were there. */
export async function readJournal(folder: StateFolder, environment: string): Promise<JournalFile> {
  const path = journalPath(folder, environment);
  const stored = await readStoredLines(path, JOURNAL_FORMAT_VERSION);
  if (stored.status === 'missing') return { reading: NO_RUNS, problem: null };
  if (stored.status === 'too_new') return { reading: NO_RUNS, problem: tooNew(path, stored.found) };
  if (stored.status === 'damaged') return damaged(path, stored.reason, stored.cause);
  const entries: JournalEntry[] = [];
  for (const [index, line] of stored.lines.entries()) {
    const entry = parseEntry(line);
    if (entry.status === 'damaged') return damaged(path, `line ${index + 2}: ${entry.reason}`);
    if (entry.value.type !== 'unknown') entries.push(entry.value);
  }
  return { reading: foldEntries(entries), problem: null };
}

/** The journal of one run under way. Rejections are `state_unwritable`. Disposed of before its end, the run counts as cut off. */
export interface RunningJournal extends AsyncDisposable {
  /** Resolves when what the run has found to be done as well is on the disk. */
  extend(found: JournalExtension): Promise<void>;
  /** Resolves when it is on the disk: then the engine call may go out. */
  stepBegun(step: string): Promise<void>;
  /** Lines keep their order, so whatever is begun after this is on the disk after it. */
  stepEnded(step: string, status: StepStatus): Promise<void>;
  /** Ends the run, and leaves of it and of those before it what is still open. */
  end(status: RunStatus, rest: JournalRest): Promise<void>;
}

/** Begins a run behind what is open from those before it. The caller holds the lock of the project. */
export async function beginJournal(
  folder: StateFolder,
  environment: string,
  intent: JournalIntent,
  before: JournalRest & { readonly problem: TrueupError | null },
): Promise<RunningJournal> {
  const path = journalPath(folder, environment);
  await assertReplaceable(path, before.problem);
  const log = await writable(path, async () => {
    await rewrite(path, [...restEntries(before), { type: 'run_begun', ...intent }]);
    return openAppendLog(path);
  });
  return runningJournal(path, intent.run, log);
}

/** Leaves what is still open where no run was begun. */
export async function settleJournal(
  folder: StateFolder,
  environment: string,
  rest: JournalRest,
  problem: TrueupError | null,
): Promise<void> {
  const path = journalPath(folder, environment);
  await assertReplaceable(path, problem);
  await writable(path, () => rewrite(path, restEntries(rest)));
}

function runningJournal(path: string, run: string, log: AppendLog): RunningJournal {
  const at = (): string => new Date().toISOString();
  const append = (entry: JournalEntry): Promise<void> => writable(path, () => log.append(JSON.stringify(entry)));
  const appendSoon = (entry: JournalEntry): Promise<void> =>
    writable(path, () => log.appendSoon(JSON.stringify(entry)));
  return {
    extend: (found) => append({ type: 'run_extended', run, ...found }),
    stepBegun: (step) => append({ type: 'step_begun', run, step, at: at() }),
    // The step that begins because this one ended is written down in the same turn: one flush is enough for both.
    stepEnded: (step, status) => appendSoon({ type: 'step_ended', run, step, status, at: at() }),
    async end(status, rest) {
      try {
        await append({ type: 'run_ended', run, status, at: at() });
      } finally {
        await log[Symbol.asyncDispose]();
        // Also after a failure: on a full disk it makes room.
        await writable(path, () => rewrite(path, restEntries(rest)));
      }
    },
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  };
}

/** No file where there is nothing to say. */
async function rewrite(path: string, entries: readonly JournalEntry[]): Promise<void> {
  if (entries.length === 0) {
    await rm(path, { force: true });
    return;
  }
  const folder = dirname(path);
  await makeFolder(folder);
  const lines = [headerLine(JOURNAL_FORMAT_VERSION), ...entries.map((entry) => JSON.stringify(entry))];
  await writeFileAtomic(path, `${lines.join('\n')}\n`);
  await syncFolder(folder);
}

function restEntries({ owed, cutOff }: JournalRest): readonly JournalEntry[] {
  const restarts = owed.map((restart): JournalEntry => ({ type: 'restart_owed', ...restart }));
  if (cutOff === null) return restarts;
  const { run, steps, started_at: at } = cutOff;
  const begun = steps.map(({ id }): JournalEntry => ({ type: 'step_begun', run, step: id, at }));
  return [...restarts, { type: 'run_begun', ...cutOff }, ...begun];
}

async function assertReplaceable(path: string, problem: TrueupError | null): Promise<void> {
  if (problem?.code === 'state_too_new') throw problem;
  if (problem !== null) await moveAside(path);
}

async function writable<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw unwritable(path, error);
  }
}

function damaged(path: string, reason: string, cause?: unknown): JournalFile {
  return { reading: NO_RUNS, problem: unreadable(path, reason, DAMAGED, cause) };
}

const DAMAGED =
  'The next apply moves it aside. What an earlier run left half-way is found all the same; only restarts that it owed are forgotten.';

function tooNew(path: string, found: string): TrueupError {
  return new TrueupError('state_too_new', `${path} was written by a newer trueup (format ${found})`, {
    fields: { path, format_version: found, supported: JOURNAL_FORMAT_VERSION },
    next: 'Update trueup. Or delete the file: then only restarts that an earlier run still owed are forgotten.',
  });
}
