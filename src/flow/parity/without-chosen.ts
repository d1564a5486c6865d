/**
 * What was observed without what nobody asked for: defaults of the image and the engine, and what the engine chose for this one object,
 * such as the subnet of a network. What the other side says in the same words stays: one may write down what the other has anyway. Pure.
 */
import { differingFields } from '../../diff/fields.ts';
import type { DriverModel } from '../../drivers/driver.ts';
import type { ResourceType } from '../../model/address.ts';
import { valueAt, withValueAt } from '../../model/field-path.ts';
import { isJsonObject, type Json, type JsonObject, jsonEqual, member } from '../../model/json.ts';
import { isSecret } from '../../model/secret.ts';

/** Groups are walked, single values and lists compared as a whole. */
export function withoutDefaults(config: JsonObject, defaults: JsonObject, other: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(config).flatMap(([name, value]): readonly (readonly [string, Json])[] => {
      const [fallback, wanted] = [member(defaults, name), member(other, name)];
      if (isGroup(value) && isGroup(fallback)) {
        return [[name, withoutDefaults(value, fallback, isGroup(wanted) ? wanted : {})]];
      }
      return jsonEqual(value, fallback) && !jsonEqual(value, wanted) ? [] : [[name, value]];
    }),
  );
}

export interface ChosenInput {
  readonly type: ResourceType;
  /** What was asked for, as it is compared with what was observed. */
  readonly asked: JsonObject;
  readonly model: DriverModel;
  /** As the other side has it. */
  readonly other: JsonObject;
}

/** The engine itself says that a field which nobody asked for is as it should be. */
export function withoutChosen(config: JsonObject, { type, asked, model, other }: ChosenInput): JsonObject {
  return differingFields(asked, config)
    .filter(({ path, desired, observed }) => {
      const isChosen = desired === null && model.equal(type, path, null, observed, () => null, asked);
      return isChosen && !jsonEqual(observed, valueAt(other, path));
    })
    .reduce((rest, { path }) => withValueAt(rest, path, null), config);
}

/** In the words of a manifest, where the engine takes the two for the same: `fd00::9` for `fd00:0:0::9`. */
export function inWordsOf(
  config: JsonObject,
  { type, model, other }: Pick<ChosenInput, 'type' | 'model' | 'other'>,
): JsonObject {
  return differingFields(other, config)
    .filter(({ path, desired, observed }) => model.equal(type, path, desired, observed, () => null, other))
    .reduce((rest, { path, desired }) => withValueAt(rest, path, desired), config);
}

function isGroup(value: Json): value is JsonObject {
  return isJsonObject(value) && !isSecret(value);
}
