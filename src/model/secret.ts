/**
 * Secrets never stand in values: a secret leaf is `{ "$secret": <keyed hash> }`, so whatever prints, stores or compares
 * a value cannot leak one. The plain text lives only in the vault of the running command, under that hash.
 */
import { isJsonObject, type Json, type JsonObject } from './json.ts';

export interface Secret extends JsonObject {
  /** HMAC-SHA-256 under this machine's key, or `unresolved` where the command needs no plain text. */
  readonly $secret: string;
}

export const UNRESOLVED_SECRET: Secret = { $secret: 'unresolved' };

export const MASK = '(secret)';

export function isSecret(value: Json | undefined): value is Secret {
  return isJsonObject(value) && typeof value['$secret'] === 'string' && Object.keys(value).length === 1;
}

/** What drivers and printers see of the secrets of this command. */
export interface Vault {
  /** The plain text behind a secret; throws `secret_unavailable` when this command never resolved it. */
  reveal(secret: Secret): string;
  /** The text with every known secret value in it replaced by `(secret)`. */
  mask(text: string): string;
}

/** Turns plain text into a secret leaf, keeping the text in the vault of this command. */
export interface Sealer {
  seal(plain: string): Secret;
}
