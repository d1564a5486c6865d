/**
 * Secrets in public documents. A secret leaf holds a keyed hash, and not even that leaves the machine: the two sides of
 * a comparison are marked together, so that a reader still sees whether the secret changed. Where one side is secret,
 * the other is hidden as well, since it may be the same value before it was declared secret.
 */
import { compareText, isJsonArray, isJsonObject, type Json, type JsonObject, member } from '../model/json.ts';
import { isSecret, sameSecret, UNRESOLVED_SECRET } from '../model/secret.ts';

export type SecretMark = 'changed' | 'same' | 'unknown';

export interface MarkedPair {
  readonly before: Json;
  readonly after: Json;
}

/** Both sides with each secret leaf as `{"$secret": mark}`, and with sorted keys, so that equal values give equal bytes. */
export function markSecrets(before: Json, after: Json): MarkedPair {
  return { before: marked(before, after), after: marked(after, before) };
}

/** What was marked, as values that are marked the same again: so what is read from a document is told like what it was made from. */
export function unmarkSecrets({ before, after }: MarkedPair): MarkedPair {
  return { before: unmarked(before, 'before'), after: unmarked(after, 'after') };
}

/** One value that is compared with nothing. */
export function hideSecrets(value: Json): Json {
  return marked(value, null);
}

/** `hideSecrets` for what is known to be an object, such as the facts of an outcome. */
export function hideSecretsIn(value: JsonObject): JsonObject {
  const hidden = hideSecrets(value);
  return isJsonObject(hidden) ? hidden : {};
}

function marked(value: Json, other: Json): Json {
  if (value === null) return null;
  if (isSecret(value) || isSecret(other)) return { $secret: markOf(value, other) };
  if (Array.isArray(value)) return value.map((item: Json, index) => marked(item, itemAt(other, index)));
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).sort(compareText);
  return Object.fromEntries(keys.map((key) => [key, marked(value[key] ?? null, member(other, key))]));
}

function unmarked(value: Json, side: keyof MarkedPair): Json {
  if (isSecret(value)) return secretOf(value.$secret, side);
  if (isJsonArray(value)) return value.map((item) => unmarked(item, side));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unmarked(item, side)]));
}

function secretOf(mark: string, side: keyof MarkedPair): Json {
  if (mark === 'unknown') return UNRESOLVED_SECRET;
  return { $secret: mark === 'same' ? 'same' : `changed ${side}` };
}

function markOf(left: Json, right: Json): SecretMark {
  const isSame = isSecret(left) && isSecret(right) ? sameSecret(left, right) : null;
  if (isSame === null) return 'unknown';
  return isSame ? 'same' : 'changed';
}

function itemAt(value: Json, index: number): Json {
  const items: readonly Json[] = Array.isArray(value) ? value : [];
  return items[index] ?? null;
}

/** Terraform's shape: `true` at each secret leaf, objects without the rest, `false` where nothing is secret. */
export function sensitivity(value: Json): Json {
  if (isSecret(value)) return true;
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => sensitivity(item));
    return items.some((item) => item !== false) ? items : false;
  }
  if (!isJsonObject(value)) return false;
  const members = Object.entries(value).flatMap(([key, item]) => {
    const sensitive = sensitivity(item);
    return sensitive === false ? [] : [[key, sensitive] as const];
  });
  return members.length === 0 ? false : Object.fromEntries(members);
}
