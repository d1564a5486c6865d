/** Causes: who moved, by holding desired and observed against what was last applied. */
import type { Cause, Difference } from '../model/change.ts';
import type { Untracked } from '../model/desired.ts';
import type { FieldPath } from '../model/field-path.ts';
import type { Json } from '../model/json.ts';
import { sameValue } from './fields.ts';

export interface FieldValues {
  readonly desired: Json;
  readonly observed: Json;
  readonly recorded: Json;
  /** Whether what is recorded says that it was not set, and is not merely older than the field; absent for not. */
  readonly wasUnset?: boolean;
}

type Equal = (desired: Json, observed: Json) => boolean;

/** What is known of how the values of a field came to be. */
export interface History {
  /** A run began to change the resource and did not end: what differs is its doing. */
  readonly isUnfinished: boolean;
  /** Why git does not hold the desired value; empty where it does. */
  readonly untracked: readonly Untracked[];
}

/**
 * Who moved; `values` is `null` where nothing is recorded. A desired value that git does not hold was moved by the world, too.
 * `equal` is the engine's own equality: what it merely writes in another way has not moved.
 */
export function originOf(
  values: FieldValues | null,
  { isUnfinished, untracked }: History,
  equal: Equal = () => false,
): Pick<Difference, 'cause' | 'moved_input'> {
  if (values === null) return { cause: 'unknown' };
  if (isUnfinished) return { cause: 'git' };
  const { desired, observed, recorded, wasUnset = false } = values;
  const hasObservedMoved = !sameValue(observed, recorded) && !equal(recorded, observed);
  // Where nothing was said before, an engine takes anything for the same.
  const isNew = wasUnset && desired !== null;
  const hasDesiredMoved = !sameValue(desired, recorded) && (isNew || !equal(desired, recorded));
  if (!hasDesiredMoved) return { cause: hasObservedMoved ? 'world' : 'unknown' };
  if (untracked.length === 0) return { cause: hasObservedMoved ? 'both' : 'git' };
  const isInput = untracked.some(({ kind }) => kind === 'input');
  return { cause: 'world', ...(isInput ? { moved_input: hasObservedMoved ? 'with_world' : 'alone' } : {}) };
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
