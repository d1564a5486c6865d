/** The neighbours of a service as far as both sides have a word for them, ready to be compared often. Pure. */
import type { ServiceTraits } from './service-traits.ts';

export interface KnownTraits extends Omit<ServiceTraits, 'needs' | 'neededBy'> {
  readonly needs: KnownNeighbours;
  readonly neededBy: KnownNeighbours;
}

export interface KnownNeighbours {
  readonly count: number;
  /** Equal for the same ones; empty where nobody knows which they are on the other side. */
  readonly known: string;
}

/** The word that both sides have for a service of one of them; `null` where nobody knows which it is on the other side. */
export type CommonName = (key: string) => string | null;

export function withKnownNeighbours(traits: ServiceTraits, nameOf: CommonName): KnownTraits {
  return { ...traits, needs: known(traits.needs, nameOf), neededBy: known(traits.neededBy, nameOf) };
}

function known(keys: readonly string[], nameOf: CommonName): KnownNeighbours {
  const names = keys.map(nameOf).filter((name) => name !== null);
  return { count: keys.length, known: names.toSorted().join(' ') };
}
