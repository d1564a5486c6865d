/** Which values of a resource git does not hold, by field: who moves one of them is not whoever makes commits. Pure. */
import type { Untracked } from '../model/desired.ts';
import type { FieldPath } from '../model/field-path.ts';
import { isWithin } from './cause.ts';

/**
 * Why git does not hold the value of a field; empty where it does, or where a commit has changed how it is declared since.
 * `noted`: how fields were declared when they were applied last.
 */
export function untrackedAt(
  path: FieldPath,
  untracked: readonly Untracked[],
  noted: Readonly<Record<string, string>>,
): readonly Untracked[] {
  const around = untracked.filter(({ field_path: own }) => isWithin(own, path) || isWithin(path, own));
  const exact = around.filter(({ field_path: own }) => own === path);
  const known = exact.length > 0 ? exact : around;
  const isAlike = ({ declared, field_path: own }: Untracked): boolean => declared === null || noted[own] === declared;
  return known.every(isAlike) ? known : [];
}
