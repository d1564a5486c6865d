/** The two values of a difference, side by side in words. Of what is very long as much as tells them apart; the rest is counted. */
import type { Difference } from '../../model/change.ts';
import { shortenPair, valuePair, type ValuePair } from '../value-text.ts';
import { plural } from '../words.ts';

/** Characters of each value. */
const LONGEST_VALUE = 400;

export interface ShownValues extends ValuePair {
  /** How much of both is not shown; empty where all is. */
  readonly cut: string;
}

export function shownValues({ before, after }: Difference, moved: 'before' | 'after'): ShownValues {
  return shownPair(valuePair(before, after, moved));
}

export function shownPair(whole: ValuePair): ShownValues {
  const shown = shortenPair(whole, LONGEST_VALUE);
  const cut = cutOf(whole.before, shown.before) + cutOf(whole.after, shown.after);
  return { ...shown, cut: cut === 0 ? '' : `${plural(cut, 'character')} not shown` };
}

/** An ellipsis stands for what was cut. */
function cutOf(whole: string, shown: string): number {
  return whole === shown ? 0 : whole.length - shown.replaceAll('…', '').length;
}
