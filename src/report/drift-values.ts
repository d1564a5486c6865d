/** Both values of a difference as a finding: what is, and what git says. */
import type { Difference } from '../model/change.ts';
import { isMovedImage } from '../model/moved-image.ts';
import type { ValuePair } from './value-text.ts';

export const NO_LONGER_MEANS = 'no longer means the image that it was made from';

/** Of an id alone nobody sees that it was the image of that very name. */
export function hasOnlyMoved(difference: Difference): boolean {
  // Where git has moved too, the name is not the one that it was made from.
  return difference.cause === 'world' && isMovedImage(difference);
}

/** `pair` are the values in words. */
export function driftValues({ before, after }: ValuePair, difference: Difference): string {
  return hasOnlyMoved(difference) ? `${after} ${NO_LONGER_MEANS} (${before})` : `is ${before}, declared ${after}`;
}
