/** The options of `parity --fix`, apart from what carries it out: nobody else loads that. */
import { InvalidArgumentError } from 'commander';
import type { Approval } from './confirm.ts';

export const FIX_SIDES = ['source', 'target'] as const;
export type FixSide = (typeof FIX_SIDES)[number];

export interface FixOptions extends Approval {
  /** The side whose manifests are edited; absent where nothing is to be. */
  readonly fix?: FixSide;
  /** `ADDRESS` or `ADDRESS:FIELD`; empty for all that can be. */
  readonly only: readonly string[];
}

/** What follows `--fix` is read as its value: whoever writes an environment there is told where it goes. */
export function fixSide(word: string): FixSide {
  const side = FIX_SIDES.find((one) => one === word);
  if (side !== undefined) return side;
  throw new InvalidArgumentError('It is `source` or `target`; environments come before `--fix`.');
}
