/** Causes: who moved, by holding desired and observed against what was last applied. */
import type { Cause } from '../model/change.ts';
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
  const observedMoved = !sameValue(values.observed, values.recorded) && !equal(values.recorded, values.observed);
  if (desiredMoved(values, equal)) return untracked ? 'world' : observedMoved ? 'both' : 'git';
  return observedMoved ? 'world' : 'unknown';
}

/** Whether what is declared is not what was applied last. */
export function desiredMoved({ desired, recorded }: FieldValues, equal: Equal = () => false): boolean {
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
