/** What a soak knows of an engine: how it tells, without asking trueup, that all that is declared runs and nothing beside it. */
import type { Random } from '../chaos/random.ts';
import type { SoakState } from './soak-state.ts';

export interface SoakWorld {
  /** What differs from what is declared, whole and alone on its engine. Empty where all is right. */
  differences(state: SoakState): Promise<readonly string[]>;
  /** Does something to a service that a person or the kernel might do, and says what. */
  drift(state: SoakState, random: Random): Promise<string>;
  /** Does something to the engine itself, which is up again when it resolves; `null` where there is none of its own. */
  readonly trouble: ((random: Random) => Promise<string>) | null;
}

/** A service that is declared; `null` where nothing is. */
export function anyService(keys: Iterable<string>, random: Random): string | null {
  const all = [...keys];
  return all[random.below(all.length)] ?? null;
}

/** In words, what of two lists is not the same; whatever their order. */
export function unequal(what: string, found: readonly string[], wanted: readonly string[]): readonly string[] {
  const missing = wanted.filter((name) => !found.includes(name));
  const more = found.filter((name) => !wanted.includes(name));
  const repeated = found.length - new Set(found).size;
  return [
    ...(missing.length === 0 ? [] : [`${what}: missing ${missing.join(', ')}`]),
    ...(more.length === 0 ? [] : [`${what}: not declared ${more.join(', ')}`]),
    ...(repeated === 0 ? [] : [`${what}: ${repeated} twice`]),
  ];
}
