/** What an engine makes of the differences between two declarations of one resource, without being asked. Pure. */
import type { DriverModel, FindObject } from '../drivers/driver.ts';
import { EFFECTS, type Effect } from '../model/change.ts';
import type { DesiredResource } from '../model/desired.ts';
import type { FieldPath } from '../model/field-path.ts';
import type { Json } from '../model/json.ts';
import { isWithin } from './cause.ts';
import { differingFields } from './fields.ts';

export interface FieldEffects {
  /** The strongest of what is at, below or around the field; `null` where the engine does not hold it. */
  of(path: FieldPath): Effect | null;
  /** Whether two values of a field are one to the engine. */
  isSame(path: FieldPath, after: Json, before: Json): boolean;
}

const NOTHING_THERE: FindObject = () => null;

/** `model` is `null` for an engine that this version has no driver for: nothing is known of it. */
export function effectsOf(before: DesiredResource, after: DesiredResource, model: DriverModel | null): FieldEffects {
  if (model === null) return { of: () => null, isSame: () => false };
  const { type, config } = after;
  const isSame = (path: FieldPath, left: Json, right: Json): boolean =>
    model.equal(type, path, left, right, NOTHING_THERE, config);
  const compared = [config, before.config].map((whole) => model.comparable(type, whole, null));
  const found = differingFields(compared[0] ?? {}, compared[1] ?? {})
    .filter(({ path, desired, observed }) => !isSame(path, desired, observed))
    .map(({ path, desired, observed }) => {
      return { path, effect: model.effect(type, path, observed, desired, null, config) };
    });
  return {
    isSame,
    of(path) {
      const effects = found.filter((field) => isWithin(field.path, path) || isWithin(path, field.path));
      return effects.reduce<Effect | null>((worst, { effect }) => stronger(worst, effect), null);
    },
  };
}

function stronger(left: Effect | null, right: Effect): Effect {
  return left !== null && EFFECTS.indexOf(left) > EFFECTS.indexOf(right) ? left : right;
}
