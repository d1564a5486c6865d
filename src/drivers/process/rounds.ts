/**
 * When to look without a word, and at what: regular turns, whose length follows from what they cost, and spread over them
 * a slow round over everything, because notifications can be lost and a process that is stopped by a signal tells nobody.
 * Times are those of a clock that only goes forward.
 */

/** Between two turns, at least and at most; in between it is so long that turns cost one part in 2,500 of a core. */
const TURN_MS = { least: 200, most: 1000 };
const TURN_SHARE = 2500;
/** So long until every object was looked at, whatever was told. */
const ROUND_MS = 30_000;
/** The same where a look at one process costs as much as at all of them: they are looked at together. */
const TOGETHER_MS = 5000;
/** Between two looks at what cannot be watched; and ten times as long as they take. */
const QUICK_MS = 100;

export class Rounds {
  readonly #areTogether: boolean;
  #turnMs = TURN_MS.least;
  #next = Number.NEGATIVE_INFINITY;
  #together = Number.NEGATIVE_INFINITY;
  #left: string[] = [];

  constructor(areTogether: boolean) {
    this.#areTogether = areTogether;
  }

  isDue(now: number): boolean {
    return now >= this.#next;
  }

  /** A turn began then, and what is asked in every turn has cost so much; `known` is everything there is to look at. */
  share(began: number, cost: number, known: readonly string[]): { readonly due: readonly string[]; isNew: boolean } {
    this.#turnMs = Math.min(TURN_MS.most, Math.max(TURN_MS.least, TURN_SHARE * cost));
    this.#next = began + this.#turnMs;
    if (this.#areTogether) return this.#all(began, known);
    const isNew = this.#left.length === 0;
    if (isNew) this.#left = [...known];
    return { due: this.#left.splice(0, Math.ceil((known.length * this.#turnMs) / ROUND_MS)), isNew };
  }

  /** Until the next turn; less while there is `isQuick` work, looks at which took `lookMs`. */
  pause(now: number, isQuick: boolean, lookMs: number): number {
    const left = Math.max(1, this.#next - now);
    return isQuick ? Math.min(left, Math.max(QUICK_MS, 10 * lookMs)) : left;
  }

  #all(began: number, known: readonly string[]): { readonly due: readonly string[]; isNew: boolean } {
    if (began < this.#together) return { due: [], isNew: false };
    this.#together = began + TOGETHER_MS;
    return { due: known, isNew: true };
  }
}
