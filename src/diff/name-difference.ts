/** The name of an object as a difference: it is part of no configuration, so who gave it shows in what was recorded of it. */
import type { Difference } from '../model/change.ts';
import type { DesiredResource } from '../model/desired.ts';
import { type FieldPath, fieldPath } from '../model/field-path.ts';
import type { ObservedObject } from '../model/observed.ts';
import type { SourceRange } from '../model/source.ts';
import { originOf } from './cause.ts';
import type { Weight } from './severity.ts';
import { untrackedAt } from './untracked-at.ts';

export const NAME_PATH: FieldPath = fieldPath('name');

export interface NameContext {
  /** The name under which it was applied last; `null` where nothing is recorded. */
  readonly recorded: string | null;
  /** How the fields that rest on inputs were declared then. */
  readonly recordedInputs: Readonly<Record<string, string>>;
  /** A run began to change the resource and did not end. */
  readonly isUnfinished: boolean;
  readonly weight: Weight;
  readonly source: SourceRange | null;
}

/** For an object that has another name than it is to have. */
export function nameDifference(
  { name, untracked }: DesiredResource,
  observed: ObservedObject,
  { recorded, recordedInputs, isUnfinished, weight, source }: NameContext,
): Difference {
  const values = recorded === null ? null : { desired: name, observed: observed.name, recorded };
  return {
    field_path: NAME_PATH,
    before: observed.name,
    after: name,
    ...weight,
    effect: 'in_place',
    source,
    ...originOf(values, { isUnfinished, untracked: untrackedAt(NAME_PATH, untracked, recordedInputs) }),
  };
}
