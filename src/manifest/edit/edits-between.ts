/** The edits that lead from one value to another, as few and as small as they can be. */
import { isDeepStrictEqual } from 'node:util';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { YamlEdit } from './edited-value.ts';

/** In the order in which they are to be made: each counts on those before it. */
export function editsBetween(before: Json | undefined, after: Json, path: readonly string[]): readonly YamlEdit[] {
  if (before !== undefined && isDeepStrictEqual(before, after)) return [];
  if (isJsonArray(before) && isJsonArray(after)) return ofLists(before, after, path);
  if (isJsonObject(before) && isJsonObject(after)) return ofMaps(before, after, path);
  return [{ path, value: after }];
}

function ofMaps(before: JsonObject, after: JsonObject, path: readonly string[]): readonly YamlEdit[] {
  const [names, wanted] = [Object.keys(before), Object.keys(after)];
  // What is filled, or emptied, is so as a whole.
  if (names.length === 0 || wanted.length === 0) return [{ path, value: after }];
  const removed = names.filter((key) => !Object.hasOwn(after, key));
  return [
    ...removed.map((key): YamlEdit => ({ path: [...path, key], value: undefined })),
    ...Object.entries(after).flatMap(([key, value]) => editsBetween(before[key], value, [...path, key])),
  ];
}

function ofLists(before: readonly Json[], after: readonly Json[], path: readonly string[]): readonly YamlEdit[] {
  const gone = withoutSome(before, after);
  // From the last on, so that the indexes of the others hold.
  if (gone !== null) return gone.toReversed().map((index) => ({ path: [...path, String(index)], value: undefined }));
  const surplus = before.slice(after.length).map((_, index) => after.length + index);
  return [
    ...surplus.toReversed().map((index): YamlEdit => ({ path: [...path, String(index)], value: undefined })),
    ...after.flatMap((value, index) => editsBetween(before[index], value, [...path, String(index)])),
  ];
}

/** Which items are to go, where nothing else is to happen. */
function withoutSome(before: readonly Json[], after: readonly Json[]): readonly number[] | null {
  const gone: number[] = [];
  let kept = 0;
  for (const [index, item] of before.entries()) {
    if (kept < after.length && isDeepStrictEqual(item, after[kept])) kept += 1;
    else gone.push(index);
  }
  return kept === after.length ? gone : null;
}
