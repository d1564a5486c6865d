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

/** Of what nobody has resolved, but tells by how it is declared from what is declared otherwise. */
const TOLD_APART = `${UNRESOLVED_SECRET.$secret}:`;

/** Stands for an unresolved secret; `name` is equal for what is declared alike, and is itself no secret. */
export function unresolvedSecret(name: string): Secret {
  return { $secret: `${TOLD_APART}${name}` };
}

/** Whether its value is known, as a keyed hash at least. */
function isResolved({ $secret }: Secret): boolean {
  return $secret !== UNRESOLVED_SECRET.$secret && !$secret.startsWith(TOLD_APART);
}

/** Whether two secrets have the same value; `null` where that cannot be told. */
export function sameSecret(left: Secret, right: Secret): boolean | null {
  if (isResolved(left) && isResolved(right)) return left.$secret === right.$secret;
  return left.$secret === right.$secret && left.$secret.startsWith(TOLD_APART) ? true : null;
}

export const MASK = '(secret)';

export function isSecret(value: Json | undefined): value is Secret {
  return isJsonObject(value) && typeof value['$secret'] === 'string' && Object.keys(value).length === 1;
}

/** Whether there is a secret anywhere in a value. */
export function holdsSecret(value: Json): boolean {
  if (isSecret(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some((child: Json) => holdsSecret(child));
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

/** A sealer for who also has to tell declarations apart. */
export interface NamingSealer extends Sealer {
  /** A keyed name of a text that may hold parts of secrets: equal for equal texts, and it says nothing else. */
  name(text: string): string;
}
