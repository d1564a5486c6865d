/** The name of an object as a difference: it is part of no configuration, so who gave it shows in what was recorded of it. */
import type { Difference } from '../model/change.ts';
import type { DesiredResource } from '../model/desired.ts';
import { type FieldPath, fieldPath } from '../model/field-path.ts';
import type { ObservedObject } from '../model/observed.ts';
import type { SourceRange } from '../model/source.ts';
import { causeOf } from './cause.ts';
import type { Weight } from './severity.ts';

export const NAME_PATH: FieldPath = fieldPath('name');

export interface NameContext {
  /** The name under which it was applied last; `null` where nothing is recorded. */
  readonly recorded: string | null;
  /** A run began to change the resource and did not end. */
  readonly isUnfinished: boolean;
  readonly weight: Weight;
  readonly source: SourceRange | null;
}

/** For an object that has another name than it is to have. */
export function nameDifference(
  { name }: DesiredResource,
  observed: ObservedObject,
  { recorded, isUnfinished, weight, source }: NameContext,
): Difference {
  const values = { desired: name, observed: observed.name, recorded };
  return {
    field_path: NAME_PATH,
    before: observed.name,
    after: name,
    cause: recorded === null ? 'unknown' : isUnfinished ? 'git' : causeOf(values, false),
    ...weight,
    effect: 'in_place',
    source,
  };
}
