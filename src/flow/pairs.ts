/** Which environments of two revisions the words of a command line mean, side by side. */
import type { LoadedEnvironment } from '../manifest/environment.ts';
import type { Address } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import { compareText } from '../model/json.ts';
import type { DeclaredSides } from './declared-sides.ts';
import { type Selected, select } from './selection.ts';

export interface DeclaredPair {
  readonly name: string;
  /** `null` where only the other side declares it. */
  readonly before: LoadedEnvironment | null;
  readonly after: LoadedEnvironment | null;
  /** Empty for the whole environment. */
  readonly addresses: readonly Address[];
}

/**
 * By name. What one side declares and the other has mistakes in is no pair: nothing can be said of it. A word may mean what
 * only the earlier side declares.
 */
export function pairsOf(words: readonly string[], { before, after }: DeclaredSides): readonly DeclaredPair[] {
  const invalid = new Set([...before.invalid, ...after.invalid]);
  const names = [...new Set([...before.environments.keys(), ...after.environments.keys()])]
    .filter((name) => !invalid.has(name))
    .sort(compareText);
  const chosen = words.length === 0 ? null : chosenBy(words, { before, after });
  return names
    .filter((name) => chosen === null || chosen.has(name))
    .map((name) => ({
      name,
      before: before.environments.get(name) ?? null,
      after: after.environments.get(name) ?? null,
      addresses: chosen?.get(name) ?? [],
    }));
}

function chosenBy(words: readonly string[], sides: DeclaredSides): ReadonlyMap<string, readonly Address[]> {
  const chosen = new Map<string, Address[] | null>();
  for (const word of words) {
    for (const { name, addresses } of meantBy(word, sides)) {
      const known = chosen.get(name);
      if (addresses.length === 0 || known === null) chosen.set(name, null);
      else chosen.set(name, [...(known ?? []), ...addresses]);
    }
  }
  return new Map([...chosen].map(([name, addresses]) => [name, addresses ?? []]));
}

interface Meant {
  readonly name: string;
  readonly addresses: readonly Address[];
}

function meantBy(word: string, { before, after }: DeclaredSides): readonly Meant[] {
  if (before.invalid.includes(word) || after.invalid.includes(word)) return [{ name: word, addresses: [] }];
  const [earlier, later] = [before, after].map(({ environments }) => [...environments.values()]);
  const named = ({ environment, addresses }: Selected): Meant => ({ name: environment.name, addresses });
  try {
    return select([word], later ?? []).map(named);
  } catch (error) {
    if (!(error instanceof TrueupError) || error.code !== 'address_not_found') throw error;
    const found = foundIn(word, earlier ?? []);
    if (found === null) throw error;
    return found.map(named);
  }
}

function foundIn(word: string, environments: readonly LoadedEnvironment[]): readonly Selected[] | null {
  try {
    return select([word], environments);
  } catch (error) {
    if (error instanceof TrueupError && error.code === 'address_not_found') return null;
    throw error;
  }
}
