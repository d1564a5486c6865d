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

/** Lays one over the other, group by group; the last counts. In one go: every look at a container comes by here. */
export function overlaid(...layers: readonly JsonObject[]): JsonObject {
  const stacks = new Map<string, Json[]>();
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) {
      const below = stacks.get(name);
      if (below !== undefined && isGroup(value) && isGroup(below[0] ?? null)) below.push(value);
      else stacks.set(name, [value]);
    }
  }
  return Object.fromEntries([...stacks].map(([name, values]) => [name, flattened(values)]));
}

/** Either one value, or groups. */
function flattened(values: readonly Json[]): Json {
  return values.length > 1 ? overlaid(...values.filter(isGroup)) : (values[0] ?? null);
}

/** Fields by their groups; `null` is a field. */
export interface Shape extends ReadonlyMap<string, Shape | null> {}

/** None of the fields lies within another. */
export function shapeOf(fields: readonly (readonly string[])[]): Shape {
  const below = Map.groupBy(fields, ([first = '']) => first);
  return new Map(
    [...below].map(([name, inner]) => {
      const rest = inner.map(([, ...names]) => names).filter((names) => names.length > 0);
      return [name, rest.length === 0 ? null : shapeOf(rest)];
    }),
  );
}

/** Only these fields of a configuration. The groups around them are there in any case, so that fields differ one by one. */
export function picked(config: Json, shape: Shape): JsonObject {
  const parts: Record<string, Json> = {};
  for (const [name, below] of shape) {
    const value = member(config, name);
    parts[name] = below === null ? value : picked(value, below);
  }
  return parts;
}

export function nested(names: readonly string[], value: Json): JsonObject {
  const [first = '', ...rest] = names;
  return { [first]: rest.reduceRight<Json>((inner, name) => ({ [name]: inner }), value) };
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
