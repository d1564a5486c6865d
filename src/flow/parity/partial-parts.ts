/**
 * A side of a parity that is declared with mistakes: what they do not touch, and the rest as unknown, with the reason. Like
 * what an engine did not answer for it is neither equal nor different, and with it the two are never identical. Pure.
 */
import type { PartialEnvironment } from '../../model/partial-environment.ts';
import { declaredParts, isCompared } from './declared-parts.ts';
import type { SideParts } from './side-parts.ts';
import { typeOf } from '../../model/address.ts';

/** `root` is that of the checkout in which it was loaded. */
export function partialParts(
  { sound, unsound, ...environment }: PartialEnvironment,
  label: string,
  root: string,
): SideParts {
  const touched = unsound.filter(({ address }) => isCompared({ type: typeOf(address) }));
  return {
    ...declaredParts({ ...environment, resources: sound }, label, root),
    unknown: touched.map(({ address, reason }) => ({ engine: null, reason, addresses: [address] })),
  };
}
