/** Differences in secrets: two places have two. The same both ways. Pure. */
import { isJsonArray, isJsonObject, type Json, jsonEqual } from '../../model/json.ts';
import { looksSecret } from '../../model/looks-secret.ts';
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

/** Whether both sides have a variable in the clear that looks like a secret, each its own. */
export function isPlainSecretOnBoth({ names, source, target }: HeldField): boolean {
  return [source, target].every(({ value }) => isPlainSecret(names, value));
}

/** Nobody copies such a value from one environment to another. */
export function isPlainSecret([group, name = '', ...below]: readonly string[], value: Json): boolean {
  const isVariable = group === 'environment_variables' && below.length === 0;
  return isVariable && typeof value === 'string' && looksSecret(name, value);
}

function alike(value: Json): Json {
  if (isSecret(value)) return UNRESOLVED_SECRET;
  if (isJsonArray(value)) return value.map(alike);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, alike(item)]));
}
