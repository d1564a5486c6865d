/** A queue between one who puts in at any time and one who takes out when it is ready: nothing is lost between its awaits. */
export class Mailbox<T> {
  #waiting: T[] = [];
  #arrived = Promise.withResolvers<void>();

  put(item: T): void {
    this.#waiting.push(item);
    this.#arrived.resolve();
  }

  /** Everything that is put in, until the signal aborts; then it ends without a word. */
  async *items(signal: AbortSignal): AsyncGenerator<T> {
    const wake = (): void => this.#arrived.resolve();
    signal.addEventListener('abort', wake, { once: true });
    try {
      while (!signal.aborted) {
        const items = this.#waiting;
        this.#waiting = [];
        for (const item of items) {
          yield item;
          if (signal.aborted) return;
        }
        if (items.length > 0) continue;
        await this.#arrived.promise;
        this.#arrived = Promise.withResolvers();
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }
}
