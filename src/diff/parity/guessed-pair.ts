/** Two services of other names that are taken for one: from which confidence on nobody has to be asked. Pure. */
import type { HeldField } from './held-field.ts';

/** Below, what speaks against it is too much to say that nothing bites. */
const SURE_ENOUGH = 0.75;

export function isGuess(confidence: number): boolean {
  return confidence < SURE_ENOUGH;
}

/** Whether the two as a whole are one by a guess. The same both ways. */
export function isPairedByGuess({ names, source, target, confidence }: HeldField): boolean {
  return names.length === 0 && source.resource !== null && target.resource !== null && isGuess(confidence);
}
