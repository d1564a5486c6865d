/** Maps of texts, some of which may be secret. */
import type { EnvironmentVariables, Labels } from '../../model/generated/environment.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Scope } from './scope.ts';

/** Interpolation has made lists maps and everything in them text. */
export function resolveTexts(map: EnvironmentVariables | Labels | undefined, { secrets }: Scope): JsonObject {
  const resolved: { [key: string]: Json } = {};
  if (map === undefined || Array.isArray(map)) return resolved;
  for (const [key, value] of Object.entries(map))
    resolved[key] = typeof value === 'string' ? secrets.leaf(value) : null;
  return resolved;
}
