/** Chance for tests that try what may go wrong: every failure says the seed, and the seed brings it back. */
import { seededRandom } from '../simulated/random.ts';

export interface Random {
  /** From 0 up to but not including 1. */
  next(): number;
  /** A whole number from 0 up to but not including the given one. */
  below(end: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly [T, ...(readonly T[])]): T;
  /** A chance of its own, which nothing that is taken from this one moves: the rounds of a long run each have one. */
  round(index: number): Random;
}

export function randomFrom(seed: number): Random {
  const next = seededRandom(seed);
  const below = (end: number): number => Math.floor(next() * end);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (items) => items[below(items.length)] ?? items[0],
    round: (index) => randomFrom(Math.imul(seed ^ 0x5b_d1_e9_95, 0x01_00_01_93) + Math.imul(index + 1, 0x9e_37_79_b1)),
  };
}

/** What `TRUEUP_SEED` says, else another one each time. */
export function seedNow(): number {
  return Number(process.env['TRUEUP_SEED'] ?? Date.now() % 1_000_000);
}
