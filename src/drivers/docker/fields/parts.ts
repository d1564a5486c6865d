/** Small things that several groups of fields need: parts of configurations, texts and words. */
import { isJsonArray, isJsonObject, type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';
import { isSecret } from '../../../model/secret.ts';
import type { BodyContext } from './group.ts';

/** The members of a group; none where it is not set. */
export function membersOf(value: Json | undefined): Readonly<Record<string, Json>> {
  return isJsonObject(value) && !isSecret(value) ? value : {};
}

/** A text of the configuration; `null` where it is not set. */
export function textAt(config: Json, ...names: readonly string[]): string | null {
  const value = memberAt(config, ...names);
  return typeof value === 'string' ? value : null;
}

/** A map of texts; what is none is left out. */
export function textsOf(value: Json): Readonly<Record<string, string>> {
  const texts = Object.entries(membersOf(value)).flatMap(([name, text]): [string, string][] =>
    typeof text === 'string' ? [[name, text]] : [],
  );
  return Object.fromEntries(texts);
}

/** Lays `upper` over `lower`, group by group. */
export function overlaid(lower: JsonObject, upper: JsonObject): JsonObject {
  const entries = Object.entries(upper).map(([name, value]): [string, Json] => {
    const below = member(lower, name);
    return [name, isGroup(below) && isGroup(value) ? overlaid(below, value) : value];
  });
  return { ...lower, ...Object.fromEntries(entries) };
}

/** Only these fields of a configuration. The groups around them are there in any case, so that fields differ one by one. */
export function picked(config: JsonObject, fields: readonly (readonly string[])[]): JsonObject {
  return fields.reduce<JsonObject>((parts, names) => overlaid(parts, nested(names, memberAt(config, ...names))), {});
}

export function nested(names: readonly string[], value: Json): JsonObject {
  const [first = '', ...rest] = names;
  return { [first]: rest.length === 0 ? value : nested(rest, value) };
}

/** A text as it is, a secret in the clear. */
export function plainText(value: Json, context: Pick<BodyContext, 'reveal'>): string {
  if (isSecret(value)) return context.reveal(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function plainWords(words: Json, context: Pick<BodyContext, 'reveal'>): readonly string[] | null {
  return isJsonArray(words) ? words.map((word) => plainText(word, context)) : null;
}

/** Lists of words, which an engine may leave out or give as one text. */
export function listed(words: readonly string[] | string | null | undefined): readonly string[] {
  if (typeof words === 'string') return [words];
  return words ?? [];
}

function isGroup(value: Json): value is JsonObject {
  return isJsonObject(value) && !isSecret(value);
}
