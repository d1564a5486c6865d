/** One at a time per key, first come, first served: two changes can reach into one object at once. */

export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  async take<T>(key: string, act: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const done = Promise.withResolvers<void>();
    this.#last.set(key, done.promise);
    await before;
    try {
      return await act();
    } finally {
      if (this.#last.get(key) === done.promise) this.#last.delete(key);
      done.resolve();
    }
  }

  /** All of them, in this order: others who take some of the same have to name them in the same one. */
  takeAll<T>(keys: readonly string[], act: () => Promise<T>): Promise<T> {
    return keys.reduceRight((inner, key) => () => this.take(key, inner), act)();
  }
}
