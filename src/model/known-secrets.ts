/**
 * Texts that are known to be secret, found wherever else they stand. One that is too much like a word is not looked for: a
 * user `postgres` has often a password of that name, and then half of the manifest would be secret. Takes time in
 * proportion to the texts, however many are known.
 */
import type { Span } from './secret-spans.ts';

const SHORTEST = 6;
/** Of letters alone, what is shorter is a word. */
const SHORTEST_OF_LETTERS = 10;

interface Known {
  readonly plain: string;
  readonly name: string;
}

export class KnownSecrets {
  readonly #byStart = new Map<string, Known[]>();
  readonly #all = new Set<string>();
  readonly #names: ReadonlySet<string>;

  /** `names` stand in manifests anyway: a secret that is called like one is not told apart from it. */
  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
  }

  add(name: string, plain: string): void {
    if (this.#all.has(plain) || !isDistinct(plain) || this.#names.has(plain)) return;
    this.#all.add(plain);
    const start = plain.slice(0, SHORTEST);
    const others = this.#byStart.get(start) ?? [];
    // The longest first: it is the one that is meant.
    this.#byStart.set(
      start,
      [...others, { plain, name }].toSorted((left, right) => right.plain.length - left.plain.length),
    );
  }

  /** In the order of the text; none in the middle of another, or of a longer word. */
  spansIn(text: string): readonly Span[] {
    if (this.#all.size === 0) return [];
    const spans: Span[] = [];
    for (let start = 0; start + SHORTEST <= text.length; start += 1) {
      const known = this.#byStart
        .get(text.slice(start, start + SHORTEST))
        ?.find(({ plain }) => text.startsWith(plain, start) && isWhole(text, start, start + plain.length));
      if (known === undefined) continue;
      const end = start + known.plain.length;
      spans.push({ start, end, name: known.name });
      start = end - 1;
    }
    return spans;
  }
}

function isDistinct(plain: string): boolean {
  return plain.length >= (/^[A-Za-z]+$/.test(plain) ? SHORTEST_OF_LETTERS : SHORTEST);
}

function isWhole(text: string, start: number, end: number): boolean {
  return !(isWordy(text[start - 1]) && isWordy(text[start])) && !(isWordy(text[end - 1]) && isWordy(text[end]));
}

function isWordy(character: string | undefined): boolean {
  return character !== undefined && /[A-Za-z0-9]/.test(character);
}
