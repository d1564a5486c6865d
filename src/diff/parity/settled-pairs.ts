/** What people have settled: services that are one although they have different names, whichever side a pair names first. Pure. */
import { type Address, isAddress } from '../../model/address.ts';
import type { ParityPair, ParitySide } from '../../model/parity.ts';

/** A side, as far as names go. */
export interface NamedSide extends Pick<ParitySide, 'environment' | 'label'> {
  /** Of all that belongs there, whether anybody could look at it or not. */
  readonly addresses: ReadonlySet<Address>;
}

/** By the address in the source the one in the target. Of pairs that name one resource twice the first holds. */
export function settledPairs(
  source: NamedSide,
  target: NamedSide,
  pairs: readonly ParityPair[],
): ReadonlyMap<Address, Address> {
  const settled = new Map<Address, Address>();
  const taken = new Set<Address>();
  for (const { left, right } of pairs) {
    const found = settledAs(source, left, target, right) ?? settledAs(source, right, target, left);
    if (found === null || settled.has(found[0]) || taken.has(found[1])) continue;
    settled.set(...found);
    taken.add(found[1]);
  }
  return settled;
}

function settledAs(
  source: NamedSide,
  left: string,
  target: NamedSide,
  right: string,
): readonly [Address, Address] | null {
  const [one, other] = [namedOf(source, left), namedOf(target, right)];
  return one !== null && other !== null ? [one, other] : null;
}

/** `local/service.web`, where the side is of that environment and has it. */
function namedOf({ environment, label, addresses }: NamedSide, text: string): Address | null {
  const found = [...new Set([environment, label])].find((name) => text.startsWith(`${name}/`));
  const address = found === undefined ? '' : text.slice(found.length + 1);
  return isAddress(address) && addresses.has(address) ? address : null;
}
