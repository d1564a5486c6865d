/**
 * Hands on what a daemon tells, to listeners that come and go: while it is held, what is told waits for those who come next.
 * What waits is bounded; of more than that the oldest is lost. How a run goes on does not wait: it is news while it happens,
 * and there is much of it. A listener that throws is said once, and keeps nothing from anybody else.
 */
import type { ServeEvent } from '../model/serve-event.ts';
import type { Served, ServedEnvironment } from './served.ts';

/** As much as happens in some seconds of a busy daemon. */
const MOST_WAITING = 2000;

export class Relay implements Pick<Served, 'subscribe' | 'environments'>, Disposable {
  readonly #served: Pick<Served, 'subscribe' | 'environments'>;
  readonly #listeners = new Set<(event: ServeEvent) => void>();
  readonly #subscription: Disposable;
  readonly #failing = new WeakSet<(event: ServeEvent) => void>();
  readonly #onProblem: (error: unknown) => void;
  #waiting: ServeEvent[] | null = null;

  constructor(served: Pick<Served, 'subscribe' | 'environments'>, onProblem: (error: unknown) => void) {
    this.#served = served;
    this.#onProblem = onProblem;
    this.#subscription = served.subscribe((event) => this.#tell(event));
  }

  environments(): readonly ServedEnvironment[] {
    return this.#served.environments();
  }

  subscribe(listener: (event: ServeEvent) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  hold(): void {
    this.#waiting ??= [];
  }

  release(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const event of waiting) this.#tell(event);
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    this.#listeners.clear();
    this.#waiting = null;
  }

  #tell(event: ServeEvent): void {
    if (this.#waiting === null) {
      for (const listener of this.#listeners) this.#tellOne(listener, event);
      return;
    }
    if (event.type === 'progress') return;
    this.#waiting.push(event);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
  }

  #tellOne(listener: (event: ServeEvent) => void, event: ServeEvent): void {
    try {
      listener(event);
    } catch (error) {
      if (this.#failing.has(listener)) return;
      this.#failing.add(listener);
      this.#onProblem(error);
    }
  }
}
