/** Which fields of an object are ours, as the server counts them: a digest, which changes when somebody else takes one over. Pure. */
import { canonicalJson, isJsonArray, type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';
import { FIELD_MANAGER } from './apply-object.ts';
import { digestOf } from './inventory.ts';

/** `null` for none. */
export function ownFields(object: JsonObject): string | null {
  const ours = managersOf(object).find(
    (entry) => member(entry, 'manager') === FIELD_MANAGER && member(entry, 'operation') === 'Apply',
  );
  return ours === undefined ? null : digestOf(canonicalJson(member(ours, 'fieldsV1')));
}

/** Whether we can have made it: nothing is noted of who names no field beyond its name, such as those of an empty namespace. */
export function canBeOurs(object: JsonObject): boolean {
  return managersOf(object).length === 0 || ownFields(object) !== null;
}

function managersOf(object: JsonObject): readonly Json[] {
  const managed = memberAt(object, 'metadata', 'managedFields');
  return isJsonArray(managed) ? managed : [];
}
