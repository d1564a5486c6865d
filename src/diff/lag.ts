/** What runs otherwise than it is configured: field by field, `desired` as configured, `observed` as it runs. Pure. */
import { isJsonObject, type JsonObject, member } from '../model/json.ts';
import type { ObservedObject } from '../model/observed.ts';
import { differingFields, type FieldPair } from './fields.ts';

export function lagOf({ configured, effective }: ObservedObject): readonly FieldPair[] {
  return effective === null ? [] : differingFields(configured, laidOver(configured, effective));
}

/** Groups are merged; what is `null` is not set in what runs. */
function laidOver(configured: JsonObject, effective: JsonObject): JsonObject {
  const entries = Object.entries(effective).map(([name, running]) => {
    const before = member(configured, name);
    return [name, isJsonObject(before) && isJsonObject(running) ? laidOver(before, running) : running] as const;
  });
  return { ...configured, ...Object.fromEntries(entries) };
}
