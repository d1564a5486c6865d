/**
 * Brings together what belongs together: editors write several files for one save, and git a thousand for one checkout. It
 * tells once nothing more comes for a moment, and waits no longer than a bound even where it never ends. Time is passed in.
 */
import type { Clock } from '../clock.ts';

export interface GatheringOptions<Item> {
  readonly clock: Clock;
  /** So long nothing more must come. */
  readonly quietMs: number;
  /** No longer than this is waited for that … */
  readonly longestMs: number;
  /** … nor than this where `isHeld` says that there is more to come for certain. */
  readonly heldMs: number;
  isHeld(): Promise<boolean>;
  tell(items: ReadonlySet<Item>): void;
}

export class Gathering<Item> implements Disposable {
  readonly #options: GatheringOptions<Item>;
  #items = new Set<Item>();
  #since: number | null = null;
  #timer: Disposable | null = null;
  #isAsking = false;
  #isClosed = false;

  constructor(options: GatheringOptions<Item>) {
    this.#options = options;
  }

  add(item: Item): void {
    if (this.#isClosed) return;
    this.#items.add(item);
    this.#since ??= this.#options.clock.now();
    this.#wait();
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#timer?.[Symbol.dispose]();
    this.#items.clear();
  }

  #wait(): void {
    const { clock, quietMs, longestMs } = this.#options;
    const left = (this.#since ?? 0) + longestMs - clock.now();
    // Once it is over time, what comes while git is asked about goes along with the rest.
    if (left <= 0 && this.#isAsking) return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = clock.after(Math.max(0, Math.min(quietMs, left)), () => {
      this.#timer = null;
      void this.#end();
    });
  }

  async #end(): Promise<void> {
    const { clock, heldMs, isHeld, tell } = this.#options;
    const since = this.#since ?? clock.now();
    this.#isAsking = true;
    const isHeldNow = clock.now() - since < heldMs && (await isHeld().catch(() => false));
    this.#isAsking = false;
    // Another wait has begun meanwhile, and ends all of it.
    if (this.#isClosed || this.#timer !== null) return;
    if (isHeldNow) {
      this.#timer = clock.after(this.#options.quietMs, () => {
        this.#timer = null;
        void this.#end();
      });
      return;
    }
    const items = this.#items;
    this.#items = new Set();
    this.#since = null;
    tell(items);
  }
}
