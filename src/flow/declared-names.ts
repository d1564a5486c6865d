/** Names for secrets that are left unresolved: the same for what is declared alike, under a key that nobody keeps. */
import { createHmac, randomBytes } from 'node:crypto';
import type { NameDeclared } from '../manifest/secret-texts.ts';

/** Only what is loaded with the same one can be held against each other. */
export function declaredNames(): NameDeclared {
  const key = randomBytes(32);
  return (declared) => createHmac('sha256', key).update(declared).digest('hex');
}
