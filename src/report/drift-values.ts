/** Both values of a difference as a finding: what is, and what git says. */
import type { Difference } from '../model/change.ts';
import { isMovedImage } from '../model/moved-image.ts';
import type { ValuePair } from './value-text.ts';

/** `pair` are the values in words. Of an id alone nobody sees that it was the image of that very name. */
export function driftValues({ before, after }: ValuePair, difference: Difference): string {
  // Where git has moved too, the name is not the one that it was made from.
  return difference.cause === 'world' && isMovedImage(difference)
    ? `${after} no longer means the image that it was made from (${before})`
    : `is ${before}, declared ${after}`;
}
