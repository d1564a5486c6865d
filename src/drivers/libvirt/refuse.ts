/** What refusals are made with. */
import type { FieldPath } from '../../model/field-path.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Unsupported } from '../driver.ts';

export function refuse(path: FieldPath, summary: string, detail: string | null): Unsupported {
  return { field_path: path, summary, detail };
}

export function membersOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
