/** Commands and tests without what is secret in them: a list may be put together with secrets, and a text may not. */
import { isJsonArray, type Json, type JsonObject } from '../../model/json.ts';
import type { Secrets, TextPlace } from './secrets.ts';
import { escaped } from './values.ts';

/** `settings` as the manifest has them; `names` are those that are words, or a line for a shell. */
export function withoutSecretWords(
  settings: JsonObject,
  names: readonly string[],
  secrets: Secrets,
  { address, field }: TextPlace,
): JsonObject {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]): [string, Json] => {
      const words = names.includes(name) ? wordsOf(value) : [];
      const kept = words.length === 0 ? null : secrets.words(words, { address, field: `${field}.${name}` });
      return [name, kept ?? escaped(value)];
    }),
  );
}

/** What is heard of before anything is written. */
export function wordsOf(value: Json): readonly string[] {
  if (typeof value === 'string') return ['CMD-SHELL', value];
  return isJsonArray(value) ? value.filter((word) => typeof word === 'string') : [];
}
