/** Whose an object is, as everybody who looks for ours asks: by the id on it, or because a manifest claims it. */
import type { ObservedObject } from './observed.ts';

/** Stands for the id of a checkout that has never changed anything: it has none yet. */
export const NOBODY = 'none';

/** `owners`: all ids are ours. */
export function isOurs(
  { ownership, claimed }: Pick<ObservedObject, 'ownership' | 'claimed'>,
  owners: readonly string[],
): boolean {
  return claimed === true || (ownership !== null && owners.includes(ownership.owner));
}
