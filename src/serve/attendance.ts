/**
 * Those who attend to one repo, by the settings that count now: a commit that changes `trueup.yaml` is taken up at that
 * commit, and one with mistakes leaves what was valid last. Nothing that happens meanwhile is lost to who is told.
 */
import { isDeepStrictEqual } from 'node:util';
import type { LoadedSettings, Settings } from '../manifest/settings.ts';
import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { failureOf, TrueupError } from '../model/failure.ts';
import { type AttendantOptions, startAttendants } from './attendants.ts';
import { diagnosticWords } from './diagnostic-words.ts';
import { Relay } from './relay.ts';
import type { Declaration } from './source.ts';

export type AttendedSettings = Pick<Settings, 'notifications' | 'schedules' | 'log'>;

export interface AttendanceOptions extends AttendantOptions {
  readonly settings: AttendedSettings;
  /** Where those are a commit's, and nobody's who works in the tree: then the first that is read counts like any other. */
  readonly committed?: AttendedSettings;
  /** Other settings count from now on. */
  onSettings?(settings: AttendedSettings): void;
  onProblem(problem: TrueupError): void;
}

/** So many mistakes are said in one line. */
const MOST = 3;

const NOBODY: AsyncDisposable = { [Symbol.asyncDispose]: () => Promise.resolve() };

export async function startAttendance(options: AttendanceOptions): Promise<Attendance> {
  const relay = new Relay(options.served, (error) =>
    options.onProblem(problemOf(error, 'somebody who is told failed')),
  );
  try {
    return new Attendance(options, relay, await startAttendants({ ...options, served: relay }));
  } catch (error) {
    relay[Symbol.dispose]();
    throw error;
  }
}

export class Attendance implements AsyncDisposable {
  readonly #options: AttendanceOptions;
  readonly #relay: Relay;
  #attendants: AsyncDisposable;
  /** Those that count; `null` where nobody attends, because neither those nor what was before them could be taken up. */
  #settings: AttendedSettings | null;
  /** As the commit that was read last has them; `null` before the first. Who works in the tree may have others. */
  #committed: AttendedSettings | null = null;
  /** Those of the commit that was read last; `null` where it has none. */
  #mistakes: string | null = null;
  /** Changes, one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: AttendanceOptions, relay: Relay, attendants: AsyncDisposable) {
    this.#options = options;
    this.#relay = relay;
    this.#attendants = attendants;
    this.#settings = options.settings;
    this.#committed = options.committed === undefined ? null : attended(options.committed);
  }

  /** What is declared was read anew. Never rejects, and waits for nobody who is told. */
  async read(declaration: Pick<Declaration, 'settings'>): Promise<void> {
    try {
      const loaded = await declaration.settings?.();
      if (loaded !== undefined) this.#take(loaded);
    } catch (error) {
      if (!this.#isClosed) this.#options.onProblem(problemOf(error));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#turn;
    await this.#attendants[Symbol.asyncDispose]();
    this.#relay[Symbol.dispose]();
  }

  #take({ settings, diagnostics }: LoadedSettings): void {
    if (hasErrors(diagnostics)) {
      this.#mistaken(diagnostics);
      return;
    }
    this.#mistakes = null;
    const found = attended(settings);
    const before = this.#committed;
    this.#committed = found;
    if (this.#settings !== null && (before === null || isDeepStrictEqual(before, found))) return;
    this.#turn = this.#turn.then(() => this.#change(found));
  }

  /** Said once, and not at each commit that leaves them as they are. */
  #mistaken(diagnostics: readonly Diagnostic[]): void {
    const errors = diagnostics.filter(({ severity }) => severity === 'error').map(diagnosticWords);
    const words = errors.slice(0, MOST).join('; ');
    if (words === this.#mistakes) return;
    this.#mistakes = words;
    const more = errors.length > MOST ? ` and ${errors.length - MOST} more` : '';
    const options = { next: 'settings that were valid last count until they are mended' };
    this.#options.onProblem(new TrueupError('invalid_manifests', `trueup.yaml has mistakes: ${words}${more}`, options));
  }

  async #change(settings: AttendedSettings): Promise<void> {
    // Asked at its turn: what was there when it was read may be on its way out.
    if (this.#isClosed || isDeepStrictEqual(this.#settings, settings)) return;
    const before = this.#settings;
    const old = this.#attendants;
    this.#attendants = NOBODY;
    this.#settings = null;
    this.#relay.hold();
    try {
      // What was told is written as the old ones go, and read as the new ones come.
      await old[Symbol.asyncDispose]();
      this.#attendants = await this.#started(settings).catch(async (error: unknown) => {
        if (before === null) throw error;
        this.#options.onProblem(problemOf(error));
        return this.#started(before);
      });
      if (this.#settings === settings) this.#options.onSettings?.(settings);
    } catch (error) {
      this.#options.onProblem(problemOf(error));
    } finally {
      this.#relay.release();
    }
  }

  async #started(settings: AttendedSettings): Promise<AsyncDisposable> {
    const attendants = await startAttendants({ ...this.#options, served: this.#relay, settings });
    this.#settings = settings;
    return attendants;
  }
}

function attended({ notifications, schedules, log }: AttendedSettings): AttendedSettings {
  return { notifications, schedules, log };
}

function problemOf(error: unknown, what = 'other settings could not be taken up'): TrueupError {
  if (error instanceof TrueupError) return error;
  return new TrueupError('internal', `${what}: ${failureOf(error).message}`, { cause: error });
}
