/** The three values of an explained field for readers: where one of them is a secret, all of them are hidden. */
import { isJsonArray, isJsonObject, type Json, member } from '../model/json.ts';
import { isSecret } from '../model/secret.ts';
import { markSecrets } from './secret-marks.ts';

export interface ThreeValues {
  readonly desired: Json;
  readonly recorded: Json;
  readonly live: Json;
}

/** Each secret leaf as its mark: desired and live are held against each other, recorded against desired. */
export function hideAmong({ desired, recorded, live }: ThreeValues): ThreeValues {
  const { before, after } = markSecrets(live, desired);
  return {
    desired: covered(after, recorded),
    recorded: covered(markSecrets(recorded, desired).before, live),
    live: covered(before, recorded),
  };
}

/** Hides what stands where `other` has a secret: it may be the same value before, or after, it was declared secret. */
function covered(value: Json, other: Json): Json {
  if (value === null || isSecret(value)) return value;
  if (isSecret(other)) return { $secret: 'unknown' };
  if (isJsonArray(value))
    return value.map((item, index) => covered(item, isJsonArray(other) ? (other[index] ?? null) : null));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, covered(item, member(other, key))]));
}
