/** What a configuration means where it says nothing: its defaults, with what it says laid over them. */
import { isJsonObject, type Json, type JsonObject, member } from '../model/json.ts';
import { isSecret } from '../model/secret.ts';

/** Groups are merged, single values and lists replaced; what is not set takes the default. Copies only what it fills in. */
export function overlay(config: JsonObject, defaults: JsonObject | null): JsonObject {
  return defaults === null ? config : merged(config, defaults);
}

function merged(config: JsonObject, defaults: JsonObject): JsonObject {
  const filled: Record<string, Json> = {};
  for (const [name, fallback] of Object.entries(defaults)) {
    const own = member(config, name);
    if (own === null) {
      if (fallback !== null) filled[name] = fallback;
    } else if (isGroup(own) && isGroup(fallback)) {
      const whole = merged(own, fallback);
      if (whole !== own) filled[name] = whole;
    }
  }
  return Object.keys(filled).length === 0 ? config : { ...config, ...filled };
}

function isGroup(value: Json): value is JsonObject {
  return isJsonObject(value) && !isSecret(value);
}
