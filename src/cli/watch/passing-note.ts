/**
 * What the screen says of itself, and for how long: some of it stays until it is so no more, and what only tells of
 * something that was done gives way a moment after that is over, or to the next thing that happens. Pure but for its state.
 */

/** So long what is over can still be read. */
const READ_MS = 5_000;

export class PassingNote {
  #text = '';
  /** `null` where it stays. */
  #until: number | null = null;

  /** Stays until something else is said; empty says nothing. */
  says(text: string): void {
    this.#text = text;
    this.#until = null;
  }

  /** Of something that is over soon, which {@link isOver} tells. */
  saysOf(text: string): void {
    this.#text = text;
    this.#until = Number.POSITIVE_INFINITY;
  }

  /** What was told of is over. `now` is milliseconds since the epoch. */
  isOver(now: number): void {
    if (this.#until === Number.POSITIVE_INFINITY) this.#until = now + READ_MS;
  }

  /** Something else happens, of which more is to be read. */
  givesWay(): void {
    if (this.#until !== null && this.#until !== Number.POSITIVE_INFINITY) this.says('');
  }

  at(now: number): string {
    if (this.#until !== null && now >= this.#until) this.says('');
    return this.#text;
  }
}
