/**
 * One stream of engine events for all who wait on that engine. A waiter is woken when its object changed, and whenever
 * events may have been missed. The feed belongs to the run that opened it and ends with it.
 */
import type { Observer } from '../../drivers/driver.ts';
import type { EngineEvent } from '../../drivers/engine-event.ts';
import type { ObjectReference, Scope } from '../../drivers/scope.ts';

export class EventFeed {
  readonly #waiters = new Map<string, Set<() => void>>();
  /** How often something happened to an object, and how often anything may have been missed. */
  readonly #marks = new Map<string, number>();
  #gaps = 0;
  readonly #controller = new AbortController();
  readonly #onAway: () => void;
  readonly #reading: Promise<void>;

  /** `onAway` is told when the engine was lost, and when it is back. */
  constructor(observer: Observer, scope: Scope, onAway: () => void = () => undefined) {
    this.#onAway = onAway;
    this.#reading = this.#read(observer, scope);
  }

  /** Taken before a look, it lets a pause know what has happened since. */
  mark(object: ObjectReference): number {
    return (this.#marks.get(keyOf(object)) ?? 0) + this.#gaps;
  }

  /**
   * Resolves after the time, or earlier when something happened to the object, at once when that was since the look.
   * Rejects with the signal's reason.
   */
  pause(object: ObjectReference, milliseconds: number, signal: AbortSignal, look?: number): Promise<void> {
    signal.throwIfAborted();
    if (look !== undefined && look !== this.mark(object)) return Promise.resolve();
    const key = keyOf(object);
    const waiters = this.#waiters.get(key) ?? new Set();
    this.#waiters.set(key, waiters);
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        waiters.delete(wake);
        signal.removeEventListener('abort', abort);
      };
      const wake = (): void => {
        end();
        resolve();
      };
      const abort = (): void => {
        end();
        reject(signal.reason);
      };
      const timer = setTimeout(wake, milliseconds);
      waiters.add(wake);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  async close(): Promise<void> {
    this.#controller.abort();
    await this.#reading;
  }

  async #read(observer: Observer, scope: Scope): Promise<void> {
    try {
      for await (const event of observer.events(scope, this.#controller.signal)) this.#wake(event);
    } catch (error) {
      // Without events, waiters still look again when their time is over.
      if (!this.#controller.signal.aborted) this.#wake({ type: 'gap', reason: String(error) });
    }
  }

  #wake(event: EngineEvent): void {
    if (event.type === 'gap' && event.away === true) this.#onAway();
    if (event.type === 'gap') this.#gaps += 1;
    else this.#marks.set(keyOf(event.object), (this.#marks.get(keyOf(event.object)) ?? 0) + 1);
    const keys = event.type === 'changed' ? [keyOf(event.object)] : [...this.#waiters.keys()];
    for (const key of keys) for (const wake of this.#waiters.get(key) ?? []) wake();
  }
}

function keyOf(object: ObjectReference): string {
  return `${object.type} ${object.name}`;
}
