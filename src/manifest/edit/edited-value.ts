/** What a manifest means with one value set or removed. */
import { isJsonArray, isJsonObject, type Json } from '../../model/json.ts';

export interface YamlEdit {
  /** Names from the top down; indexes of lists as decimal text, and the length of a list for a new item. */
  readonly path: readonly string[];
  /** `undefined` removes what stands there. */
  readonly value: Json | undefined;
}

/** `undefined` where the path leads into something that has no such place. */
export function withValue(target: Json, path: readonly string[], value: Json | undefined): Json | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (isJsonArray(target)) return withItem(target, Number(name), rest, value);
  if (target !== null && !isJsonObject(target)) return undefined;
  const { [name]: current = null, ...others } = target ?? {};
  if (rest.length === 0 && value === undefined) return others;
  const changed = withValue(current, rest, value);
  return changed === undefined ? undefined : { ...target, [name]: changed };
}

function withItem(
  target: readonly Json[],
  index: number,
  rest: readonly string[],
  value: Json | undefined,
): Json | undefined {
  if (!Number.isSafeInteger(index) || index < 0 || index > target.length) return undefined;
  if (rest.length === 0 && value === undefined) return target.toSpliced(index, 1);
  const changed = withValue(target[index] ?? null, rest, value);
  return changed === undefined ? undefined : target.toSpliced(index, 1, changed);
}
