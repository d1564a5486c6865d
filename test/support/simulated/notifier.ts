/** Who listens hears everything from the moment of subscribing on; streams are built on it. */

/** Something to listen to, for those who may do no more. */
export interface Source<T> {
  /** Answers how to stop listening. */
  subscribe(listener: (item: T) => void): () => void;
}

export class Notifier<T> implements Source<T> {
  readonly #listeners = new Set<(item: T) => void>();

  subscribe(listener: (item: T) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  notify(item: T): void {
    for (const listener of this.#listeners) listener(item);
  }
}

/** What is notified from the first `next()` on, until the signal aborts. What `isMeant` refuses wakes nobody. */
export async function* streamOf<T>(
  source: Source<T>,
  signal: AbortSignal,
  isMeant: (item: T) => boolean = () => true,
): AsyncGenerator<T> {
  const queue: T[] = [];
  let woken = Promise.withResolvers<void>();
  const unsubscribe = source.subscribe((item) => {
    if (!isMeant(item)) return;
    queue.push(item);
    woken.resolve();
  });
  const abort = (): void => woken.resolve();
  signal.addEventListener('abort', abort);
  try {
    while (!signal.aborted) {
      const item = queue.shift();
      if (item !== undefined) {
        yield item;
        continue;
      }
      await woken.promise;
      woken = Promise.withResolvers();
    }
  } finally {
    unsubscribe();
    signal.removeEventListener('abort', abort);
  }
}
