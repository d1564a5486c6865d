/**
 * A signal that aborts with another one, or at its time, and is over when it is disposed of. For what is done all day:
 * `AbortSignal.timeout` goes off long after what it bounded has ended well, and that costs as much as a small request.
 */

/** Longer than this a timer of Node does not wait. */
const LONGEST_MS = 2 ** 31 - 1;

export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #abort = (): void => this.#controller.abort(this.#parent.reason);
  #hasPassed = false;

  constructor(parent: AbortSignal, milliseconds: number) {
    this.#parent = parent;
    this.#timer = setTimeout(
      () => {
        this.#hasPassed = true;
        this.#controller.abort();
      },
      Math.min(milliseconds, LONGEST_MS),
    );
    parent.addEventListener('abort', this.#abort);
    if (parent.aborted) this.#abort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The time was over before anything else ended it. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#parent.removeEventListener('abort', this.#abort);
  }
}
