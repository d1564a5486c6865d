/** What a journal says of earlier runs: which did not end, what they had begun, and which restarts are still owed. Pure. */
import type { Address } from '../model/address.ts';
import type { RunStatus, StepStatus } from '../model/run.ts';
import type { JournalEntry, JournalExtension, JournalIntent, JournalStep, OwedRestart } from './journal-entries.ts';

export interface JournalRun {
  readonly intent: JournalIntent;
  /** Ids of the steps that were begun. */
  readonly begun: ReadonlySet<string>;
  /** How steps ended, by id. */
  readonly ended: ReadonlyMap<string, StepStatus>;
  /** `null` for one that was cut off. */
  readonly status: RunStatus | null;
}

export interface JournalReading {
  /** Oldest first. */
  readonly runs: readonly JournalRun[];
  /** Those that earlier runs left, one for an address. */
  readonly owed: readonly OwedRestart[];
}

export const NO_RUNS: JournalReading = { runs: [], owed: [] };

/** Entries in the order of the file. */
export function foldEntries(entries: readonly JournalEntry[]): JournalReading {
  const runs: Opened[] = [];
  const owed: OwedRestart[] = [];
  for (const entry of entries) {
    const last = runs.at(-1);
    switch (entry.type) {
      case 'restart_owed':
        owed.push({ address: entry.address, possibly_repeated: entry.possibly_repeated });
        break;
      case 'run_begun': {
        const { type: _, ...intent } = entry;
        runs.push({ intent, begun: new Set(), ended: new Map(), status: null });
        break;
      }
      case 'run_extended':
        if (last !== undefined) last.intent = extended(last.intent, entry);
        break;
      case 'step_begun':
        last?.begun.add(entry.step);
        break;
      case 'step_ended':
        last?.ended.set(entry.step, entry.status);
        break;
      case 'run_ended':
        if (last !== undefined) last.status = entry.status;
        break;
      default:
        entry satisfies never;
    }
  }
  // What stands before the runs is what earlier ones left.
  const left = owed.filter(({ address }) => !runs.some((run) => isChanged(run, address) && isCarriedOut(run, address)));
  return { runs, owed: mergedOwed([...left, ...runs.flatMap((run) => owedBy(run))]) };
}

function isChanged({ intent }: JournalRun, address: Address): boolean {
  return intent.changes.some((change) => change.address === address);
}

/** With what was found to be done as well; what was known before is not there twice. */
export function extended(intent: JournalIntent, { changes, steps }: JournalExtension): JournalIntent {
  const known = new Set(intent.steps.map(({ id }) => id));
  return {
    ...intent,
    changes: [...intent.changes, ...changes],
    steps: [...intent.steps, ...steps.filter(({ id }) => !known.has(id))],
  };
}

interface Opened extends JournalRun {
  intent: JournalIntent;
  readonly begun: Set<string>;
  readonly ended: Map<string, StepStatus>;
  status: RunStatus | null;
}

/** Steps that were begun and of which nobody knows how they ended. */
export function openSteps({ intent, begun, ended }: JournalRun): readonly JournalStep[] {
  return intent.steps.filter(({ id }) => begun.has(id) && !ended.has(id));
}

/** The restarts that a run did not get done, those that hooks need included. */
export function owedBy(run: JournalRun): readonly OwedRestart[] {
  return mergedOwed([...owedRestarts(run), ...owedHooks(run)]);
}

/**
 * What runs and was not prepared by its `post_start` hooks: that too is seen by nobody, and another start runs them. What was
 * brought back after a failure has hooks of its own.
 */
function owedHooks({ intent, begun, ended }: JournalRun): readonly OwedRestart[] {
  return intent.steps.flatMap(({ id, address, verb, phase }) => {
    if (verb !== 'post_start' || phase === 'recover' || ended.get(id) === 'done') return [];
    const own = intent.steps.filter((step) => step.address === address);
    const isStarted = own.some((step) => step.phase === 'start' && step.id !== id && begun.has(step.id));
    const isBack = own.some((step) => step.phase === 'recover' && ended.get(step.id) === 'done');
    return isStarted && !isBack ? [{ address, possibly_repeated: begun.has(id) && !ended.has(id) }] : [];
  });
}

/**
 * What a person asked for is owed by a run that was cut off; one that ended has
 * told. What was to restart with its dependency is taken down before that is: where it was not begun, nothing was missed.
 */
function owedRestarts(run: JournalRun): readonly OwedRestart[] {
  const { steps, changes } = run.intent;
  const begun = new Set(steps.filter(({ id }) => run.begun.has(id)).map(({ changed }) => changed));
  const open = new Set(openSteps(run).map(({ changed }) => changed));
  return changes.flatMap(({ address, reason }) => {
    const isAsked = reason === 'restart_by_request' && run.status === null;
    const isMissed = reason === 'restart_with_dependency' && begun.has(address);
    if ((!isAsked && !isMissed) || isCarriedOut(run, address)) return [];
    return { address, possibly_repeated: open.has(address) };
  });
}

/** Whether every step of a change was done, but for those that may end in any way, or are there for a failure alone. */
export function isCarriedOut({ intent, ended }: JournalRun, changed: Address): boolean {
  return intent.steps
    .filter((step) => step.changed === changed && step.phase !== 'recover' && step.verb !== 'pre_stop')
    .every(({ id }) => ended.get(id) === 'done');
}

/** One for an address; what may have happened once may have happened. */
function mergedOwed(owed: readonly OwedRestart[]): readonly OwedRestart[] {
  return [...Map.groupBy(owed, ({ address }) => address)].map(([address, own]) => {
    return { address, possibly_repeated: own.some(({ possibly_repeated }) => possibly_repeated) };
  });
}
