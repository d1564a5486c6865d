/**
 * Looks between passes: what engines tell leads to a look at what changed and nothing else, however often they tell it,
 * and to a pass only where that look finds something to do. While a pass is under way nothing is looked at: what our own
 * runs cause is seen by one look after them.
 */
import type { EngineEvent } from '../drivers/engine-event.ts';
import { type Planned, planFlow } from '../flow/planning.ts';
import type { Address } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import type { Trigger } from '../model/served.ts';
import type { Good } from './declared-now.ts';
import type { LoopContext } from './loop-context.ts';
import { passOptions } from './pass.ts';
import { Sight } from './sight.ts';
import { withHeard } from './heard.ts';

export interface WatcherOptions {
  readonly context: LoopContext;
  readonly signal: AbortSignal;
  /** What is held to, as passes carry it out; `null` before the first pass. */
  good(): Good | null;
  isBusy(): boolean;
  /** After a look; whether what was found is to be carried out now. */
  isDue(planned: Planned, good: Good): Promise<boolean>;
  trigger(trigger: Trigger): void;
}

/** So long others may join what was heard first. */
const GATHER_MS = 5;
const MOST_REASONS = 3;

export class Watcher implements AsyncDisposable {
  readonly sight: Sight;
  readonly #options: WatcherOptions;
  readonly #reasons = new Set<string>();
  readonly #addresses = new Set<Address>();
  #timer: Disposable | null = null;
  #looking: Promise<void> | null = null;
  #lookMs = 0;

  constructor(options: WatcherOptions) {
    this.#options = options;
    const { tell } = options.context;
    this.sight = new Sight(
      {
        heard: (engine, event) => this.#heard(engine, event),
        heardLast: (engine) => options.context.memory.get().heard[engine],
        lost: (engine, why) => tell({ type: 'engine_lost', what: engine, why }),
        back: (engine) => tell({ type: 'engine_back', what: engine, why: 'it answers again' }),
      },
      { hears: true },
    );
  }

  /** What was heard during the pass and not seen by its looks is looked at now. */
  passEnded(): void {
    this.#reasons.clear();
    this.#addresses.clear();
    if (this.sight.isStale) this.#schedule();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
    await this.#looking;
    await this.sight[Symbol.asyncDispose]();
  }

  #heard(engine: string, event: EngineEvent): void {
    const { memory } = this.#options.context;
    memory.set(withHeard(memory.get(), engine, event));
    if (this.#reasons.size < MOST_REASONS) this.#note(engine, event);
    this.#schedule();
  }

  #note(engine: string, event: EngineEvent): void {
    if (event.type === 'gap') {
      this.#reasons.add(`${engine}: ${event.reason}`);
      return;
    }
    const { type, name } = event.object;
    const resources = this.#options.good()?.environment.resources.values() ?? [];
    const address = [...resources].find((resource) => resource.type === type && resource.name === name)?.address;
    if (address !== undefined) this.#addresses.add(address);
    this.#reasons.add(`${address ?? `${type} ${name}`} ${event.action}`);
  }

  #schedule(): void {
    const { context, signal } = this.#options;
    if (signal.aborted || this.#timer !== null || this.#looking !== null || this.#options.isBusy()) return;
    // Where looks take long, as much time passes between them.
    this.#timer = context.clock.after(Math.max(GATHER_MS, this.#lookMs), () => {
      this.#timer = null;
      this.#looking = context.looks
        .take(() => this.#look())
        .finally(() => {
          this.#looking = null;
          if (this.sight.isStale) this.#schedule();
        });
    });
  }

  async #look(): Promise<void> {
    const { context, signal } = this.#options;
    const good = this.#options.good();
    // A pass that waits for its turn looks by itself.
    if (good === null || this.#options.isBusy() || context.queue.wantedOf(context.info.id) !== null) return;
    const started = context.clock.now();
    const reasons = [...this.#reasons];
    const addresses = [...this.#addresses];
    this.#reasons.clear();
    this.#addresses.clear();
    try {
      const options = passOptions(context.clock.wall());
      await using planned = await planFlow(good.workspace, good.environment, options, signal, this.sight.look);
      if (!(await this.#options.isDue(planned, good))) return;
      const reason = reasons.join(', ') || 'something changed';
      this.#options.trigger({
        kind: 'event',
        reason,
        addresses: addresses.length === 0 ? null : addresses,
        isWord: false,
      });
    } catch (error) {
      if (signal.aborted) return;
      context.onProblem(error instanceof TrueupError ? error : defect(error));
    } finally {
      this.#lookMs = context.clock.now() - started;
    }
  }
}

function defect(cause: unknown): TrueupError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new TrueupError('internal', `looking at what changed failed: ${message}`, { cause });
}
