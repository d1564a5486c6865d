/** What comes to one environment at its time: what is tried again, and now and then everything anew, whatever was heard. */
import type { Trigger } from '../../model/served.ts';
import type { Clock } from '../clock.ts';
import { type FollowUp, PUT_OFF } from './follow-up.ts';

export interface LoopTimersOptions {
  readonly clock: Clock;
  /** Give or take a tenth. */
  readonly fullEveryMs: number;
  /** Before everything is compared: nothing of what was seen counts any more. */
  forget(): void;
  trigger(trigger: Trigger): void;
  /** A look at what is to be healed; a pass comes of it only where there is something. */
  look(reason: string): void;
}

export class LoopTimers implements Disposable {
  readonly #options: LoopTimersOptions;
  #retry: Disposable | null = null;
  #looks: readonly Disposable[] = [];
  #full: Disposable | null = null;
  #isClosed = false;

  constructor(options: LoopTimersOptions) {
    this.#options = options;
    this.#scheduleFull();
  }

  /** What waits for its time is found again by the pass. */
  passBegins(): void {
    this.#retry?.[Symbol.dispose]();
    this.#retry = null;
    for (const look of this.#looks) look[Symbol.dispose]();
    this.#looks = [];
  }

  /** `dampedMs`: when services may be healed again; whether there is anything to heal is seen then. */
  follow(next: FollowUp | null, dampedMs: readonly number[]): void {
    const { clock, trigger, look } = this.#options;
    if (this.#isClosed) return;
    this.#looks = dampedMs.map((waitMs) => clock.after(waitMs + 1, () => look(PUT_OFF)));
    if (next === null) return;
    if (next.waitMs <= 0) trigger(next.trigger);
    else this.#retry = clock.after(next.waitMs, () => trigger(next.trigger));
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.passBegins();
    this.#full?.[Symbol.dispose]();
  }

  /** The safety net. */
  #scheduleFull(): void {
    const { clock, fullEveryMs, forget, trigger } = this.#options;
    if (this.#isClosed) return;
    this.#full = clock.after(fullEveryMs * (0.9 + 0.2 * clock.random()), () => {
      forget();
      trigger({ kind: 'schedule', reason: 'full comparison', addresses: null, isWord: false });
      this.#scheduleFull();
    });
  }
}
