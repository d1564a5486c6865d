/** Causes: who moved, by holding desired and observed against what was last applied. */
import type { Cause, MovedInput } from '../model/change.ts';
import type { FieldPath } from '../model/field-path.ts';
import type { Json } from '../model/json.ts';
import { sameValue } from './fields.ts';

export interface FieldValues {
  readonly desired: Json;
  readonly observed: Json;
  readonly recorded: Json;
}

type Equal = (desired: Json, observed: Json) => boolean;

/**
 * `untracked` says that git does not hold the desired value: then whoever moved it was the world, too. `equal` is the
 * engine's own equality: what it merely writes in another way has not moved.
 */
export function causeOf(values: FieldValues, untracked: boolean, equal: Equal = () => false): Cause {
  const hasMoved = observedMoved(values, equal);
  if (desiredMoved(values, equal)) return untracked ? 'world' : hasMoved ? 'both' : 'git';
  return hasMoved ? 'world' : 'unknown';
}

/** What of these an input moved; `null` where what is declared is as it was applied. */
export function movedInput(values: FieldValues, equal: Equal = () => false): MovedInput | null {
  if (!desiredMoved(values, equal)) return null;
  return observedMoved(values, equal) ? 'with_world' : 'alone';
}

function observedMoved({ observed, recorded }: FieldValues, equal: Equal): boolean {
  return !sameValue(observed, recorded) && !equal(recorded, observed);
}

/** Whether what is declared is not what was applied last. */
function desiredMoved({ desired, recorded }: FieldValues, equal: Equal = () => false): boolean {
  return !sameValue(desired, recorded) && !equal(desired, recorded);
}

/** The cause of a change as a whole: what its differences agree on, else `both`. */
export function joinCauses(causes: readonly Cause[]): Cause {
  const distinct = new Set(causes);
  if (distinct.size === 1) return causes[0] ?? 'unknown';
  return distinct.has('both') || (distinct.has('git') && distinct.has('world')) ? 'both' : 'unknown';
}

/** Whether a path is the same as, or lies below, another. */
export function isWithin(path: FieldPath, ancestor: FieldPath): boolean {
  return path === ancestor || (path.startsWith(ancestor) && path[ancestor.length] === '[');
}
