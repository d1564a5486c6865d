/**
 * Looks between passes: what engines tell leads to a look at what changed and nothing else, however often they tell it,
 * and to a pass only where that look finds something to do. While a pass is under way nothing is looked at: what our own
 * runs cause is seen by one look after them. But where its run only waits, what falls beside it is healed first.
 */
import type { EngineEvent } from '../../drivers/engine-event.ts';
import { type Planned, planFlow } from '../../flow/planning.ts';
import type { Address } from '../../model/address.ts';
import { TrueupError } from '../../model/failure.ts';
import type { Trigger } from '../../model/served.ts';
import type { Good } from './declared-now.ts';
import type { LoopContext } from './loop-context.ts';
import { passOptions } from './pass.ts';
import { Sight } from '../sight/sight.ts';
import { UnderWay } from './under-way.ts';
import { withHeard } from '../sight/heard.ts';

export interface WatcherOptions {
  readonly context: LoopContext;
  readonly signal: AbortSignal;
  /** What is held to, as passes carry it out; `null` before the first pass. */
  good(): Good | null;
  /** The pass that is under way, with its run where that has begun; `null` where there is none. */
  busyWith(): UnderWay | 'pass' | null;
  /** After a look; whether what was found is to be carried out now. */
  isDue(planned: Planned, good: Good): Promise<boolean>;
  /** After a look beside a run; what of it is to be healed before that ends. */
  fallenBeside(planned: Planned, run: UnderWay): readonly Address[];
  /** Whether somebody else's run is under way, of whose end nobody tells. */
  isOthersRun(): boolean;
  trigger(trigger: Trigger): void;
  /** The same, and the pass that only waits ends for it. */
  interrupt(trigger: Trigger): void;
}

/** So long others may join what was heard first. */
const GATHER_MS = 5;
/** So soon is looked again while somebody else's run is under way. */
const OTHERS_MS = 1000;
const MOST_REASONS = 3;

const ENGINE_NEXT = 'start it, or see what `trueup doctor` says; it is asked again by itself';

export class Watcher implements AsyncDisposable {
  readonly sight: Sight;
  readonly #options: WatcherOptions;
  readonly #reasons = new Set<string>();
  readonly #addresses = new Set<Address>();
  /** Whether something happened beside the run that is under way, and nobody has looked since. */
  #isBeside = false;
  /** Whether a look is to come although nothing was heard. */
  #isWanted = false;
  #timer: Disposable | null = null;
  #later: Disposable | null = null;
  #looking: Promise<void> | null = null;
  #lookMs = 0;

  constructor(options: WatcherOptions) {
    this.#options = options;
    const { tell } = options.context;
    this.sight = new Sight(
      {
        heard: (engine, event) => this.#heard(engine, event),
        heardLast: (engine) => options.context.memory.get().heard[engine],
        lost: (engine, why) => tell({ type: 'engine_lost', what: engine, why, next: ENGINE_NEXT }),
        back: (engine) => tell({ type: 'engine_back', what: engine, why: 'it answers again' }),
      },
      { hears: true },
    );
  }

  /** The run of the pass has nothing left to do but wait. */
  passWaits(): void {
    this.#schedule();
  }

  /** What was heard during the pass and not seen by its looks is looked at now. */
  passEnded(): void {
    this.#reasons.clear();
    this.#addresses.clear();
    this.#isBeside = false;
    this.#isWanted = false;
    this.#lookAgain();
  }

  /** Looks although nothing was heard; a pass that is under way looks by itself. */
  look(reason: string): void {
    if (this.#options.busyWith() !== null) return;
    this.#reasons.add(reason);
    this.#isWanted = true;
    this.#schedule();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
    this.#later?.[Symbol.dispose]();
    this.#later = null;
    await this.#looking;
    await this.sight[Symbol.asyncDispose]();
  }

  #heard(engine: string, event: EngineEvent): void {
    const { memory } = this.#options.context;
    memory.set(withHeard(memory.get(), engine, event));
    const address = this.#addressOf(event);
    const busy = this.#options.busyWith();
    const run = busy instanceof UnderWay ? busy : null;
    // What a run does itself is told as well.
    if (run !== null && address !== null && run.answersFor(address)) return;
    this.#isBeside = run !== null;
    const isOwn = run !== null && address !== null && run.touches(address);
    if (!isOwn && this.#reasons.size < MOST_REASONS) this.#note(engine, event, address);
    this.#schedule();
  }

  #addressOf(event: EngineEvent): Address | null {
    if (event.type === 'gap') return null;
    const { type, name } = event.object;
    const resources = this.#options.good()?.environment.resources.values() ?? [];
    return [...resources].find((resource) => resource.type === type && resource.name === name)?.address ?? null;
  }

  #note(engine: string, event: EngineEvent, address: Address | null): void {
    if (event.type === 'gap') {
      this.#reasons.add(`${engine}: ${event.reason}`);
      return;
    }
    const { type, name } = event.object;
    if (address !== null) this.#addresses.add(address);
    this.#reasons.add(`${address ?? `${type} ${name}`} ${event.action}`);
  }

  #schedule(): void {
    const { context, signal } = this.#options;
    if (signal.aborted || this.#timer !== null || this.#looking !== null || !this.#mayLook()) return;
    // Where looks take long, as much time passes between them.
    this.#timer = context.clock.after(Math.max(GATHER_MS, this.#lookMs), () => {
      this.#timer = null;
      this.#looking = context.looks
        .take(() => this.#look())
        .finally(() => {
          this.#looking = null;
          this.#lookAgain();
        });
    });
  }

  #mayLook(): boolean {
    const run = this.#options.busyWith();
    return run === null || (run instanceof UnderWay && run.waits && this.#isBeside);
  }

  #lookAgain(): void {
    const { context, signal, isOthersRun } = this.#options;
    this.#later?.[Symbol.dispose]();
    this.#later = null;
    if (this.sight.isStale || this.#isWanted) this.#schedule();
    if (signal.aborted || !isOthersRun()) return;
    this.#later = context.clock.after(OTHERS_MS, () => {
      this.#later = null;
      this.#schedule();
    });
  }

  async #look(): Promise<void> {
    const { context, signal } = this.#options;
    this.#isWanted = false;
    const good = this.#options.good();
    // A pass that waits for its turn looks by itself.
    if (good === null || !this.#mayLook() || context.queue.wantedOf(context.info.id) !== null) return;
    const run = this.#options.busyWith();
    this.#isBeside = false;
    const started = context.clock.now();
    const reasons = [...this.#reasons];
    const addresses = [...this.#addresses];
    this.#reasons.clear();
    this.#addresses.clear();
    try {
      const options = passOptions(context.clock.wall());
      await using planned = await planFlow(good.workspace, good.environment, options, signal, this.sight.look);
      if (run instanceof UnderWay) this.#besideRun(run, planned, reasons);
      else if (await this.#options.isDue(planned, good)) {
        const reason = reasons.join(', ') || 'something changed';
        const about = addresses.length === 0 ? null : addresses;
        this.#options.trigger({ kind: 'event', reason, addresses: about, isWord: false });
      }
    } catch (error) {
      if (signal.aborted) return;
      context.onProblem(error instanceof TrueupError ? error : defect(error));
    } finally {
      this.#lookMs = context.clock.now() - started;
    }
  }

  /** What is left of the run is found again by the next pass, which goes by the same word. */
  #besideRun(run: UnderWay, planned: Planned, reasons: readonly string[]): void {
    const { fallenBeside, busyWith, interrupt } = this.#options;
    const addresses = fallenBeside(planned, run);
    if (addresses.length === 0 || busyWith() !== run || !run.waits) return;
    const reason = reasons.join(', ') || `${addresses.join(', ')} fell`;
    interrupt({ kind: 'event', reason, addresses, isWord: run.isWord });
  }
}

function defect(cause: unknown): TrueupError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new TrueupError('internal', `looking at what changed failed: ${message}`, { cause });
}
