/** A wait that ends at its time or when it is woken, and not before what wakes it had a moment to be complete. */

/** One change of a record is several notifications. */
const SETTLE_MS = 2;

export class Waiting {
  #isWoken = false;
  #settle: (() => void) | null = null;

  wake(): void {
    this.#isWoken = true;
    this.#settle?.();
  }

  /** Woken before, it is over at once. Resolves with how long it took. */
  async wait(milliseconds: number): Promise<number> {
    const begun = performance.now();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const end = (): void => resolve(undefined);
    const timer = setTimeout(end, milliseconds);
    let settling: NodeJS.Timeout | undefined;
    this.#settle = () => {
      settling ??= setTimeout(end, SETTLE_MS);
    };
    if (this.#isWoken) this.#settle();
    await promise;
    this.#settle = null;
    this.#isWoken = false;
    clearTimeout(timer);
    clearTimeout(settling);
    return performance.now() - begun;
  }
}
