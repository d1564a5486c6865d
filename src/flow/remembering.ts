/** The history of changing runs, as the flow writes it. */
import { type HistoryEntry, NO_CHANGES } from '../model/history.ts';
import { jsonEqual } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import { changeResults } from '../report/run-changes.ts';
import { countResults } from '../report/run-counts.ts';
import { appendHistory, readLastRun } from '../state/history.ts';
import type { JournalIntent } from '../state/journal-entries.ts';
import type { JournalReading } from '../state/journal-reading.ts';
import type { StateFolder } from '../state/folder.ts';
import type { ApplyPurpose } from './remembered.ts';
import { failedIn, rolledBackIn } from './run-outcome.ts';

export interface FinishedRun {
  readonly run: Run;
  /** What was carried out. */
  readonly plan: Plan;
  /** `trueup apply`. */
  readonly command: string;
  /** Absent for `apply`. */
  readonly purpose?: ApplyPurpose;
  /** Relative to the root of the repo. */
  readonly report: string | null;
}

/**
 * Adds a run that is over. One that found nothing to do tells nothing new where the run before it did not either, so that
 * looking often pushes nothing out.
 */
export async function rememberRun(
  state: StateFolder,
  { run, plan, command, report, purpose = 'apply' }: FinishedRun,
): Promise<void> {
  const { id, mode, revision, started_at, duration_ms, status } = run;
  const { targets } = plan.inputs;
  const entry: HistoryEntry = {
    run: id,
    command,
    mode,
    ...(purpose === 'hold' ? { purpose } : {}),
    revision: { commit: revision.commit, dirty: revision.dirty },
    ...(targets.length === 0 ? {} : { targets }),
    started_at,
    duration_ms,
    status,
    summary: countResults(changeResults(plan.changes, run.steps)),
    failed: failedIn(run),
    rolled_back: rolledBackIn(run),
    report,
  };
  const isQuiet = plan.steps.length === 0 && status === 'succeeded';
  if (isQuiet && isSameOutcome(await readLastRun(state, plan.environment), entry)) return;
  await appendHistory(state, plan.environment, [entry]);
}

/** Adds runs that were cut off and are told now, before the journal forgets them. */
export async function rememberCutOff(state: StateFolder, environment: string, { runs }: JournalReading): Promise<void> {
  const cutOff = runs.filter(({ status, intent }) => status === null && intent.changes.length > 0);
  await appendHistory(
    state,
    environment,
    cutOff.map(({ intent }) => cutOffEntry(intent)),
  );
}

function cutOffEntry({ run, command, mode, revision, started_at }: JournalIntent): HistoryEntry {
  const untold = { duration_ms: null, summary: NO_CHANGES, failed: [], rolled_back: [], report: null };
  return { run, command, mode, revision, started_at, status: 'not_ended', ...untold };
}

/** Only a run of the whole says something of a revision, so that a run of a part does not stand for it. */
function isSameOutcome(last: HistoryEntry | null, entry: HistoryEntry): boolean {
  if (last === null || last.status !== entry.status || last.mode !== entry.mode) return false;
  if (
    last.purpose !== entry.purpose ||
    last.command !== entry.command ||
    !jsonEqual(last.targets ?? [], entry.targets ?? [])
  )
    return false;
  return last.revision.commit === entry.revision.commit && last.revision.dirty === entry.revision.dirty;
}
