/** Failures as reports may have them: engines quote commands and addresses in their errors. */
import type { Failure } from '../model/failure.ts';
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { Vault } from '../model/secret.ts';

/** The same, without what is secret. */
export function maskedFailure(failure: Failure, vault: Vault): Failure {
  const next = failure.next === null ? null : vault.mask(failure.next);
  return { ...failure, message: vault.mask(failure.message), fields: maskedFields(failure.fields, vault), next };
}

function maskedFields(fields: JsonObject, vault: Vault): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, maskedValue(value, vault)]));
}

function maskedValue(value: Json, vault: Vault): Json {
  if (typeof value === 'string') return vault.mask(value);
  if (isJsonArray(value)) return value.map((item) => maskedValue(item, vault));
  return isJsonObject(value) ? maskedFields(value, vault) : value;
}
