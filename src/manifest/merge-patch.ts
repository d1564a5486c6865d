/**
 * JSON Merge Patch (RFC 7396), with one difference that lets mistakes be seen: a null that removes nothing stays null,
 * which means "not set" wherever it is read.
 */
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';

export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: { [key: string]: Json } = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    const existing = Object.hasOwn(merged, key) ? merged[key] : undefined;
    if (value === null && existing !== undefined) delete merged[key];
    else merged[key] = isJsonObject(value) && isJsonObject(existing) ? mergePatch(existing, value) : value;
  }
  return merged;
}
