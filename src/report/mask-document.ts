/** Known secret values taken out of whole documents: the last thing that happens before something is printed or kept. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';

export function maskDocument(document: JsonObject, mask: (text: string) => string): JsonObject {
  return Object.fromEntries(Object.entries(document).map(([key, value]) => [key, maskValue(value, mask)]));
}

export function maskValue(value: Json, mask: (text: string) => string): Json {
  if (typeof value === 'string') return mask(value);
  if (isJsonArray(value)) return value.map((item) => maskValue(item, mask));
  return isJsonObject(value) ? maskDocument(value, mask) : value;
}
