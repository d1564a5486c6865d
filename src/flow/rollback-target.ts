/**
 * Where a rollback goes: to the commit that a word means, to that of an earlier run, or without a word to the last
 * revision that was healthy before what stands now. A run of a working tree with changes cannot be gone back to: git does
 * not hold what it applied.
 */
import { findCommit, resolveCommit } from '../git/revisions.ts';
import type { Revision } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import type { HistoryEntry } from '../model/history.ts';
import type { RecordedRevisions } from '../model/observed.ts';

export interface RollbackTarget {
  /** Full hash. */
  readonly commit: string;
  /** The run that is gone back to; `null` for a commit. */
  readonly run: string | null;
  /** The run that would have been meant, had its working tree been as git has it. */
  readonly passedOver: string | null;
}

/** What is known of the earlier runs of one environment. */
export interface Past {
  readonly environment: string;
  /** Oldest first. */
  readonly history: readonly HistoryEntry[];
  readonly revisions: RecordedRevisions;
}

/** `word` is a run id, the beginning of one, or whatever git takes for a commit. */
export async function targetNamed(
  root: string,
  word: string,
  past: Past,
  signal: AbortSignal,
): Promise<RollbackTarget> {
  const runs = runsNamed(word, past.history);
  const commit = await findCommit(root, word, signal);
  const [run, ...more] = runs;
  if (run === undefined)
    return { commit: commit ?? (await unknown(root, word, past, signal)), run: null, passedOver: null };
  if (more.length > 0 || (commit !== null && commit !== run.revision.commit)) throw ambiguous(word, runs, commit);
  return ofRun(run, past);
}

/** The last healthy revision that is not the one that was attempted last. */
export function targetBefore(past: Past): RollbackTarget {
  const attempted = past.history.findLast(isWhole)?.revision ?? past.revisions.last_attempted;
  const healthy = healthyRevisions(past).filter(({ revision }) => !isSame(revision, attempted));
  const clean = healthy.findLast(({ revision }) => revision.commit !== null && !revision.dirty);
  const last = healthy.at(-1);
  if (clean !== undefined && clean.revision.commit !== null) {
    const passedOver = last !== undefined && last !== clean ? (last.run ?? 'an earlier run') : null;
    return { commit: clean.revision.commit, run: clean.run, passedOver };
  }
  if (last !== undefined) throw dirtyRun(last, past.environment);
  throw new TrueupError(
    'nothing_to_go_back_to',
    `no other revision of ${past.environment} is known to have been healthy`,
    {
      fields: { environment: past.environment },
      next: `name the one that you mean: \`trueup rollback ${past.environment} REV\``,
    },
  );
}

interface Healthy {
  readonly run: string | null;
  readonly revision: Revision;
}

/** In the order in which they came to be, without what was left by going back behind it. */
function healthyRevisions({ history, revisions }: Past): readonly Healthy[] {
  const healthy: Healthy[] = [];
  const { last_healthy: recorded } = revisions;
  if (recorded !== null && !history.some(({ revision }) => isSame(revision, recorded))) {
    healthy.push({ run: null, revision: recorded });
  }
  for (const { run, command, revision, status } of history.filter(isWhole)) {
    if (status !== 'succeeded') continue;
    const known = healthy.findLastIndex((earlier) => isSame(earlier.revision, revision));
    if (command === 'trueup rollback' && known !== -1) healthy.splice(known + 1);
    else if (known === -1 || known < healthy.length - 1) healthy.push({ run, revision });
  }
  return healthy;
}

/** Runs of start and stop, of parts, and what removes, say nothing about a revision. */
function isWhole({ mode, command, targets = [] }: HistoryEntry): boolean {
  return mode === 'apply' && targets.length === 0 && !/^trueup (start|stop|restart|pull)\b/.test(command);
}

function isSame(left: Revision, right: Revision | null): boolean {
  return left.commit === right?.commit && left.dirty === right.dirty;
}

/** Of ids all of today begin alike: a few letters are no name. */
const LEAST_LETTERS = 4;

function runsNamed(word: string, history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const prefix = word.toUpperCase();
  return prefix.length < LEAST_LETTERS ? [] : history.filter(({ run }) => run.startsWith(prefix));
}

function ofRun({ run, mode, revision }: HistoryEntry, { environment }: Past): RollbackTarget {
  if (mode === 'destroy') {
    throw new TrueupError('nothing_to_go_back_to', `run ${run} removed what was there: it is nothing to go back to`, {
      fields: { run },
      next: 'name a run that applied something, or a commit',
    });
  }
  const { commit, dirty } = revision;
  if (commit === null || dirty) throw dirtyRun({ run, revision }, environment);
  return { commit, run, passedOver: null };
}

function dirtyRun({ run, revision: { commit } }: Healthy, environment: string): TrueupError {
  const what = run === null ? 'the last healthy run' : `run ${run}`;
  const held = commit === null ? 'before the first commit' : `with changes beyond ${commit.slice(0, 12)}`;
  const message = `${what} was of a working tree ${held}, which git does not hold: it cannot be gone back to`;
  return new TrueupError('nothing_to_go_back_to', message, {
    fields: { run, commit },
    next:
      commit === null
        ? 'commit what works, so that it can be gone back to'
        : `the nearest that git holds is that commit: \`trueup rollback ${environment} ${commit.slice(0, 12)}\``,
  });
}

/** Says of a word that is no commit that it is no run either. */
async function unknown(root: string, word: string, { environment }: Past, signal: AbortSignal): Promise<string> {
  try {
    return await resolveCommit(root, word, signal);
  } catch (error) {
    if (!(error instanceof TrueupError) || error.code !== 'revision_not_found') throw error;
    throw new TrueupError('revision_not_found', `${error.message}, and no run of ${environment} is called so`, {
      fields: error.fields,
      next: error.next ?? 'name a commit, or a run that `trueup history` lists',
    });
  }
}

function ambiguous(word: string, runs: readonly HistoryEntry[], commit: string | null): TrueupError {
  const choices = [...runs.map(({ run }) => `run ${run}`), ...(commit === null ? [] : [`commit ${commit}`])];
  return new TrueupError('ambiguous_address', `"${word}" could be ${choices.join(', ')}`, {
    next: 'write more of the one that you mean',
  });
}
