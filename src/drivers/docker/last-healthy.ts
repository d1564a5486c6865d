/**
 * The name under which the image of the last healthy version of a service is kept, so that nobody who tidies up takes it
 * away. It can neither be pulled nor pushed: by RFC 2606 no name under `invalid` is ever anybody's.
 */
import { createHash } from 'node:crypto';
import { type Address, keyOf } from '../../model/address.ts';

export interface KeptImage {
  readonly repository: string;
  readonly tag: string;
}

/** All such names begin with it, and no others. */
export const KEPT_PREFIX = 'trueup.invalid/';

/** One for each service. */
export function lastHealthyImage(project: string, address: Address): KeptImage {
  return { repository: `${KEPT_PREFIX}${component(project)}/${component(keyOf(address))}`, tag: 'last-healthy' };
}

/** What an engine takes for a part of a name; keys of manifests may be less strict. */
const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;

const DIGITS = 12;

function component(text: string): string {
  if (COMPONENT.test(text)) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, DIGITS);
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return plain === '' ? digest : `${plain}-${digest}`;
}
