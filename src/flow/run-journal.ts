/**
 * The journal of one run, as the executor uses it. A run that cannot write down what it does goes no further: its signal is
 * aborted with the failure, so that nothing more begins and what is under way is waited for.
 */
import type { Change } from '../model/change.ts';
import { TrueupError } from '../model/failure.ts';
import type { Step } from '../model/plan.ts';
import type { Run } from '../model/run.ts';
import type { StepJournal } from '../reconcile/step-journal.ts';
import type { StateFolder } from '../state/folder.ts';
import { beginJournal, type JournalFile, type RunningJournal, settleJournal } from '../state/journal.ts';
import type { JournalExtension, JournalIntent } from '../state/journal-entries.ts';
import { extended } from '../state/journal-reading.ts';
import { type Covered, restAfter, restBefore } from './earlier-runs.ts';

export interface RunJournalOptions {
  readonly state: StateFolder;
  readonly run: string;
  /** `trueup apply`. */
  readonly command: string;
  readonly startedAt: string;
  readonly earlier: JournalFile;
  readonly covered: Covered;
}

export class RunJournal implements StepJournal, AsyncDisposable {
  readonly #options: RunJournalOptions;
  #intent: JournalIntent;
  readonly #stop = new AbortController();
  #running: RunningJournal | null = null;
  #problem: TrueupError | null = null;

  private constructor(options: RunJournalOptions) {
    this.#options = options;
    this.#intent = intentOf(options);
  }

  /** Writes down what is about to be done. A plan that changes nothing leaves no line. */
  static async begin(options: RunJournalOptions): Promise<RunJournal> {
    const journal = new RunJournal(options);
    if (journal.#intent.steps.length > 0) await journal.#begin();
    return journal;
  }

  /** Writes down what a second stage is about to do beyond that, before it begins. */
  async extend(changes: readonly Change[], steps: readonly Step[]): Promise<void> {
    const found = intended(changes, steps);
    if (found.steps.length === 0) return;
    this.#intent = extended(this.#intent, found);
    try {
      if (this.#running === null) await this.#begin();
      else await this.#running.extend(found);
    } catch (error) {
      this.#failed(error);
    }
  }

  async #begin(): Promise<void> {
    const { state, earlier, covered } = this.#options;
    const before = { ...restBefore(earlier.reading), problem: earlier.problem };
    this.#running = await beginJournal(state, covered.plan.environment, this.#intent, before);
  }

  /** Aborted where nothing can be written down any more. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  async begun({ id }: Step): Promise<void> {
    try {
      await this.#running?.stepBegun(id);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  ended({ id }: Step, status: 'done' | 'failed'): void {
    this.#running?.stepEnded(id, status).catch((error: unknown) => this.#failed(error));
  }

  /** Leaves what is still open, and resolves with what kept it from writing. */
  async end(run: Run): Promise<TrueupError | null> {
    const { state, earlier, covered } = this.#options;
    const { environment } = covered.plan;
    const rest = restAfter(earlier.reading, this.#intent, run, covered);
    try {
      if (this.#running !== null) await this.#running.end(run.status, rest);
      else if (isAnything(earlier)) await settleJournal(state, environment, rest, earlier.problem);
    } catch (error) {
      this.#failed(error);
    }
    return this.#problem;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.[Symbol.asyncDispose]();
  }

  /** The failure of a step must not be the reason of the abort itself, or it would count as cancelled. */
  #failed(error: unknown): unknown {
    if (!(error instanceof TrueupError)) return error;
    this.#problem ??= error;
    this.#stop.abort(error);
    const { code, message, fields, next } = error;
    return new TrueupError(code, message, { fields, ...(next === null ? {} : { next }) });
  }
}

function isAnything({ reading, problem }: JournalFile): boolean {
  return reading.runs.length > 0 || reading.owed.length > 0 || problem !== null;
}

function intentOf({ run, command, startedAt, covered }: RunJournalOptions): JournalIntent {
  const { mode, revision, changes, steps } = covered.plan;
  return {
    run,
    command,
    mode,
    revision: { commit: revision.commit, dirty: revision.dirty },
    started_at: startedAt,
    ...intended(changes, steps),
  };
}

/** Gates only look, and are not written down. */
function intended(changes: readonly Change[], steps: readonly Step[]): JournalExtension {
  return {
    changes: changes.map(({ address, action, reason }) => ({ address, action, reason })),
    steps: steps
      .filter(({ phase }) => phase !== 'gate')
      .map(({ id, address, changed, verb, phase }) => ({ id, address, changed, verb, phase })),
  };
}
