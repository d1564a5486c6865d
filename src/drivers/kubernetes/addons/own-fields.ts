/** Which fields of an object are ours, as the server counts them: a digest, which changes when somebody else takes one over. Pure. */
import { canonicalJson, isJsonArray, type JsonObject, member, memberAt } from '../../../model/json.ts';
import { FIELD_MANAGER } from './apply-object.ts';
import { digestOf } from './inventory.ts';

/** `null` for none. */
export function ownFields(object: JsonObject): string | null {
  const managed = memberAt(object, 'metadata', 'managedFields');
  const ours = (isJsonArray(managed) ? managed : []).find(
    (entry) => member(entry, 'manager') === FIELD_MANAGER && member(entry, 'operation') === 'Apply',
  );
  return ours === undefined ? null : digestOf(canonicalJson(member(ours, 'fieldsV1')));
}
