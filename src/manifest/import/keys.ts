/** Keys for what has names of other tools: short, valid and each once. */
import { RESOURCE_TYPES } from '../../model/address.ts';

const LONGEST = 63;
/** Room for a number behind it. */
const LONGEST_BASE = 56;

export interface Named {
  /** The physical name. */
  readonly name: string;
  /** What its own tool calls it; `null` where it says nothing. */
  readonly key: string | null;
  readonly number: number;
}

/** `from` is what the key would be, were that valid and free; `null` where it is. */
export interface GivenKey {
  readonly key: string;
  readonly from: string | null;
}

export class Keys {
  readonly #taken = new Set<string>();
  readonly #prefixes: readonly string[];

  /** Of names that begin with one of these and a separator, the rest counts. */
  constructor(prefixes: readonly string[]) {
    this.#prefixes = prefixes.filter((prefix) => prefix !== '');
  }

  /**
   * One for each, which nothing else gets. Whose own word is a valid key has it before anything that is made valid; of
   * several with one word the first.
   */
  keysFor(all: readonly Named[]): readonly GivenKey[] {
    const wanted = all.map((named) => this.#wantedBy(named));
    const exact = wanted.map((key) => validKey(key) === key && this.#take(key));
    return wanted.map((key, index) => {
      if (exact[index] === true) return { key, from: null };
      const valid = validKey(key);
      if (this.#take(valid)) return { key: valid, from: key };
      const numbered = this.#numbered(valid);
      this.#taken.add(numbered);
      return { key: numbered, from: key };
    });
  }

  /** Whether it was free. */
  #take(key: string): boolean {
    if (this.#taken.has(key)) return false;
    this.#taken.add(key);
    return true;
  }

  #wantedBy({ name, key, number }: Named): string {
    if (key === null) return this.#withoutPrefix(name);
    return number > 1 ? `${key}-${number}` : key;
  }

  #withoutPrefix(name: string): string {
    const prefix = this.#prefixes.find((one) => /^[-_.]./.test(name.slice(one.length)) && name.startsWith(one));
    const rest = prefix === undefined ? name : name.slice(prefix.length + 1);
    // What Compose and trueup put behind the first of a service.
    return rest.replace(/(?<=.)[-_]1$/, '');
  }

  #numbered(key: string): string {
    const base = key.slice(0, LONGEST_BASE);
    for (let number = 2; ; number += 1) {
      const candidate = `${base}-${number}`;
      if (!this.#taken.has(candidate)) return candidate;
    }
  }
}

/** The nearest that is allowed. */
export function validKey(text: string): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, LONGEST)
    .replace(/[-_.]+$/, '');
  const isLikeAddress = RESOURCE_TYPES.some((type) => plain.startsWith(`${type}.`));
  if (plain === '') return 'unnamed';
  return isLikeAddress ? plain.replace('.', '-') : plain;
}
