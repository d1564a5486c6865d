/** Differences in secrets: two places have two. The same both ways. Pure. */
import { isJsonArray, isJsonObject, type Json, jsonEqual } from '../../model/json.ts';
import { holdsSecret, isSecret, UNRESOLVED_SECRET } from '../../model/secret.ts';
import type { HeldField } from './held-field.ts';

/** Whether both values hold secrets, and are the same but for these. */
export function isSecretOnBoth({ source, target }: HeldField): boolean {
  return holdsSecret(source.value) && holdsSecret(target.value) && jsonEqual(alike(source.value), alike(target.value));
}

/** Whether both sides have the value, and one of them alone keeps it secret. */
export function isSecretOnOne({ source, target }: HeldField): boolean {
  if (source.value === null || target.value === null) return false;
  return holdsSecret(source.value) !== holdsSecret(target.value);
}

function alike(value: Json): Json {
  if (isSecret(value)) return UNRESOLVED_SECRET;
  if (isJsonArray(value)) return value.map(alike);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, alike(item)]));
}
