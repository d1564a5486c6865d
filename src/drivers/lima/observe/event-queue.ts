/** Events of several sources, in the order in which they come. */
import type { EngineEvent } from '../../engine-event.ts';

export class EventQueue {
  readonly #events: EngineEvent[] = [];
  #wake: () => void = () => undefined;

  put(event: EngineEvent): void {
    this.#events.push(event);
    this.#wake();
  }

  /** Ends, without an error, when the signal aborts. */
  async *until(signal: AbortSignal): AsyncGenerator<EngineEvent> {
    const stop = (): void => this.#wake();
    signal.addEventListener('abort', stop);
    try {
      while (!signal.aborted) {
        const next = this.#events.shift();
        if (next !== undefined) {
          yield next;
          continue;
        }
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await promise;
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}
