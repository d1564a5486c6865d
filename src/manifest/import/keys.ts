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

export class Keys {
  readonly #taken = new Set<string>();
  readonly #prefixes: readonly string[];

  /** Of names that begin with one of these and a separator, the rest counts. */
  constructor(prefixes: readonly string[]) {
    this.#prefixes = prefixes.filter((prefix) => prefix !== '');
  }

  /** Takes the key: nothing else gets it. `from` is what it would be, were that valid and free; `null` where it is. */
  keyFor({ name, key, number }: Named): { readonly key: string; readonly from: string | null } {
    const wanted = key === null ? this.#withoutPrefix(name) : number > 1 ? `${key}-${number}` : key;
    const valid = validKey(wanted);
    const free = this.#taken.has(valid) ? this.#numbered(valid) : valid;
    this.#taken.add(free);
    return { key: free, from: free === wanted ? null : wanted };
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
