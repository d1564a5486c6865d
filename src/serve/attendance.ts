/**
 * Those who attend to one repo, by the settings that count now: a commit that changes `trueup.yaml` is taken up at that
 * commit, and one with mistakes leaves what was valid last. Nothing that happens meanwhile is lost to who is told.
 */
import { isDeepStrictEqual } from 'node:util';
import type { LoadedSettings, Settings } from '../manifest/settings.ts';
import { failureOf, TrueupError } from '../model/failure.ts';
import { type AttendantOptions, startAttendants } from './attendants.ts';
import { Relay } from './relay.ts';
import { type MistakeListener, SettingsMistakes } from './sources/settings-mistakes.ts';
import type { Declaration } from './sources/source.ts';

export type AttendedSettings = Pick<Settings, 'notifications' | 'schedules' | 'log'>;

export interface AttendanceOptions extends AttendantOptions, MistakeListener {
  readonly settings: AttendedSettings;
  /** Where those are a commit's, and nobody's who works in the tree: then the first that is read counts like any other. */
  readonly committed?: AttendedSettings;
  /** Other settings count from now on. */
  onSettings?(settings: AttendedSettings): void;
}

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
  readonly #mistakes: SettingsMistakes;
  /** Changes, one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: AttendanceOptions, relay: Relay, attendants: AsyncDisposable) {
    this.#options = options;
    this.#relay = relay;
    this.#attendants = attendants;
    this.#mistakes = new SettingsMistakes(options);
    this.#settings = options.settings;
    this.#committed = options.committed === undefined ? null : attended(options.committed);
  }

  /** What is declared was read anew. Never rejects, and waits for nobody who is told. */
  async read(declaration: Pick<Declaration, 'settings'>): Promise<void> {
    const loaded = await this.#mistakes.read(declaration);
    if (loaded !== null) this.#take(loaded);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#mistakes[Symbol.dispose]();
    await this.#turn;
    await this.#attendants[Symbol.asyncDispose]();
    this.#relay[Symbol.dispose]();
  }

  #take({ settings }: LoadedSettings): void {
    const found = attended(settings);
    const before = this.#committed;
    this.#committed = found;
    if (this.#settings !== null && (before === null || isDeepStrictEqual(before, found))) return;
    this.#turn = this.#turn.then(() => this.#change(found));
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
