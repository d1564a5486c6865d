/** `watch` on a terminal: what happens goes into the state of the screen, and keys go to what is served. */
import type { ServeEvent } from '../../model/serve-event.ts';
import { typeOf } from '../../model/address.ts';
import type { WatchScreen } from '../../report/watch-frame.ts';
import { type Chosen, WatchState } from '../../report/watch-state.ts';
import type { Served, ServedEnvironment } from '../../serve/served.ts';
import { type Key, readKeys } from './keys.ts';
import { LogTail } from './log-tail.ts';
import { PassingNote } from './passing-note.ts';
import { Screen, type ScreenStream } from './screen.ts';

export interface WatchScreenOptions {
  readonly served: Served;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: ScreenStream;
  readonly color: boolean;
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
  quit(): void;
  /** As Ctrl-C does. */
  interrupt(): void;
  mask(text: string): string;
}

export class WatchOnTerminal implements AsyncDisposable {
  readonly #options: WatchScreenOptions;
  readonly #state = new WatchState();
  readonly #screen: Screen;
  readonly #keys: Disposable;
  #chosen: Chosen | null = null;
  #view: WatchScreen['view'] = 'services';
  #tail: LogTail | null = null;
  readonly #note = new PassingNote();
  #isStopping = false;

  constructor(options: WatchScreenOptions) {
    this.#options = options;
    const { stdout, color, mask } = options;
    this.#screen = new Screen({
      stream: stdout,
      color,
      now: () => Date.now(),
      screen: () => this.#seen(),
      mask,
    });
    this.#keys = readKeys(options.stdin, (key) => this.#press(key));
  }

  heard(event: ServeEvent): void {
    this.#state.update(event, Date.now());
    if (event.type === 'pass_ended') this.#note.isOver(Date.now());
    if (event.type === 'triggered') this.#note.givesWay();
    this.#screen.changed();
  }

  /** What is wrong, in words; empty once nothing is. Of no environment: with all of them. */
  problem(id: string | null, text: string): void {
    const meant = id === null ? this.#options.served.environments().map((environment) => environment.id) : [id];
    for (const one of meant) this.#state.problemIs(one, text);
    this.#screen.changed();
  }

  note(text: string): void {
    this.#note.says(text);
    this.#screen.changed();
  }

  /** For whom a pass waits. */
  waits(text: string): void {
    this.#note.saysOf(text);
    this.#screen.changed();
  }

  stopping(): void {
    this.#isStopping = true;
    this.#view = 'services';
    this.#screen.changed();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#keys[Symbol.dispose]();
    await this.#closeLogs();
    this.#screen[Symbol.dispose]();
  }

  #seen(): WatchScreen {
    for (const environment of this.#options.served.environments()) {
      this.#state.stands(environment.id, environment.name, environment.status(), environment.isPaused);
    }
    const environments = this.#state.all();
    const choices = this.#choices();
    const isThere = choices.some((choice) => isSame(choice, this.#chosen));
    if (!isThere) this.#chosen = choices[0] ?? null;
    return {
      environments,
      chosen: this.#chosen,
      view: this.#view,
      logs: this.#tail?.lines ?? [],
      note: this.#note.at(Date.now()),
      isDryRun: this.#options.isDryRun,
      isStopping: this.#isStopping,
    };
  }

  #choices(): readonly Chosen[] {
    return this.#state
      .all()
      .flatMap(({ id, status }) =>
        (status?.resources ?? [])
          .filter(({ address }) => typeOf(address) === 'service')
          .map(({ address }) => ({ environment: id, address })),
      );
  }

  #press(key: Key): void {
    if (this.#isStopping && key !== 'interrupt') return;
    switch (key) {
      case 'pause':
        this.#pause();
        break;
      case 'force':
        this.#force();
        break;
      case 'logs':
        void this.#toggleLogs();
        break;
      case 'help':
        this.#view = this.#view === 'help' ? 'services' : 'help';
        break;
      case 'up':
      case 'down':
        void this.#choose(key === 'up' ? -1 : 1);
        break;
      case 'quit':
        this.#options.quit();
        break;
      case 'interrupt':
        this.#options.interrupt();
        break;
      default:
        key satisfies never;
    }
    this.#screen.changed();
  }

  #pause(): void {
    const environments = this.#options.served.environments();
    const isPaused = environments.some((environment) => environment.isPaused);
    for (const environment of environments) {
      if (isPaused) environment.resume();
      else environment.pause();
    }
    this.#note.says(isPaused ? '' : 'paused: nothing is changed until p is pressed again');
  }

  #force(): void {
    this.#note.saysOf('compared anew, because f was pressed');
    for (const environment of this.#options.served.environments()) {
      const trigger = { kind: 'request', reason: 'f was pressed', addresses: null, isWord: true } as const;
      // How it ended is told as an event.
      void environment.reconcile(trigger, this.#options.signal).catch(() => undefined);
    }
  }

  async #toggleLogs(): Promise<void> {
    if (this.#view === 'logs') {
      this.#view = 'services';
      await this.#closeLogs();
      return;
    }
    this.#view = 'logs';
    await this.#openLogs();
  }

  async #choose(step: number): Promise<void> {
    const choices = this.#choices();
    const at = choices.findIndex((choice) => isSame(choice, this.#chosen));
    this.#chosen = choices[Math.max(0, Math.min(choices.length - 1, at + step))] ?? null;
    if (this.#view === 'logs') await this.#openLogs();
  }

  async #openLogs(): Promise<void> {
    await this.#closeLogs();
    const chosen = this.#chosen;
    const environment = chosen === null ? undefined : this.#environment(chosen);
    if (chosen === null || environment === undefined || this.#view !== 'logs') return;
    this.#tail = new LogTail(environment, chosen.address, () => this.#screen.changed());
  }

  async #closeLogs(): Promise<void> {
    const tail = this.#tail;
    this.#tail = null;
    await tail?.[Symbol.asyncDispose]();
  }

  #environment({ environment }: Chosen): ServedEnvironment | undefined {
    return this.#options.served.environments().find(({ id }) => id === environment);
  }
}

function isSame(left: Chosen, right: Chosen | null): boolean {
  return left.environment === right?.environment && left.address === right.address;
}
