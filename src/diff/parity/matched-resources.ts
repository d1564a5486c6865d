/**
 * Which resource of the source is which of the target. What people have settled comes first, then the same address; services that
 * are left are paired by what they are, where that speaks for one and no other. The same both ways, whatever order maps have. Pure.
 */
import { type Address, addressOf, isAddress, keyOf, type ResourceType, typeOf } from '../../model/address.ts';
import { compareText } from '../../model/json.ts';
import type { ParityPair, ParityResource, ParitySide } from '../../model/parity.ts';
import { renamedServices } from './renamed-services.ts';

/** At least one of the two is there. */
export interface MatchedResources {
  readonly type: ResourceType;
  readonly source: ParityResource | null;
  readonly target: ParityResource | null;
  /** Why two that have different names are one; `null` where they have the same, or there is one alone. */
  readonly renamed: Renaming | null;
}

export interface Renaming {
  /** 0 to 1. */
  readonly confidence: number;
  readonly evidence: readonly string[];
}

/** Nobody can say more than the people themselves. */
const SETTLED: Renaming = { confidence: 1, evidence: ['settled in trueup.yaml'] };

export function matchResources(
  source: ParitySide,
  target: ParitySide,
  pairs: readonly ParityPair[],
): readonly MatchedResources[] {
  const settled = settledPairs(source, target, pairs);
  const known = withSameAddress(settled, source, target);
  const renamed = renamedServices({
    source: servicesBeside(source, known.keys()),
    target: servicesBeside(target, known.values()),
    known: new Map([...known].map(([one, other]) => [wordOf(one), wordOf(other)])),
    all: { source: servicesBeside(source, []), target: servicesBeside(target, []) },
  });
  const renamings = new Map<Address, Renaming>();
  for (const [one, other] of settled) if (one !== other) renamings.set(one, SETTLED);
  for (const { source: one, target: other, confidence, evidence } of renamed) {
    known.set(addressOf('service', one), addressOf('service', other));
    renamings.set(addressOf('service', one), { confidence, evidence });
  }
  const taken = new Set(known.values());
  const addresses: readonly (readonly [Address | null, Address | null])[] = [
    ...known,
    ...[...source.resources.keys()].filter((one) => !known.has(one)).map((one) => [one, null] as const),
    ...[...target.resources.keys()].filter((other) => !taken.has(other)).map((other) => [null, other] as const),
  ];
  return addresses
    .map(([one, other]) => matched(source, one, target, other, one === null ? null : (renamings.get(one) ?? null)))
    .toSorted(
      (left, right) =>
        compareText(nameOf(left), nameOf(right)) || Number(left.source === null) - Number(right.source === null),
    );
}

/** By the address in the source the one in the target, with all that have one address on both sides and are in no pair yet. */
function withSameAddress(
  settled: ReadonlyMap<Address, Address>,
  source: ParitySide,
  target: ParitySide,
): Map<Address, Address> {
  const [known, taken] = [new Map(settled), new Set(settled.values())];
  for (const address of source.resources.keys()) {
    if (target.resources.has(address) && !settled.has(address) && !taken.has(address)) known.set(address, address);
  }
  return known;
}

/** As dependencies name it. */
function wordOf(address: Address): string {
  return typeOf(address) === 'service' ? keyOf(address) : address;
}

/** The address in the source, or of what it lacks that in the target. */
function nameOf({ source, target }: MatchedResources): string {
  return (source ?? target)?.address ?? '';
}

function matched(
  source: ParitySide,
  one: Address | null,
  target: ParitySide,
  other: Address | null,
  renamed: Renaming | null,
): MatchedResources {
  return {
    type: typeOf(one ?? other ?? 'service.'),
    source: one === null ? null : (source.resources.get(one) ?? null),
    target: other === null ? null : (target.resources.get(other) ?? null),
    renamed,
  };
}

/** By the address in the source the one in the target. Of pairs that name one resource twice the first holds. */
function settledPairs(
  source: ParitySide,
  target: ParitySide,
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
  source: ParitySide,
  left: string,
  target: ParitySide,
  right: string,
): readonly [Address, Address] | null {
  const [one, other] = [namedOf(source, left), namedOf(target, right)];
  return one !== null && other !== null && typeOf(one) === typeOf(other) ? [one, other] : null;
}

/** `local/service.web`, or `local/web` for short, where the side is of that environment and has it. */
function namedOf({ environment, label, resources }: ParitySide, text: string): Address | null {
  const found = [...new Set([environment, label])].find((name) => text.startsWith(`${name}/`));
  if (found === undefined) return null;
  const word = text.slice(found.length + 1);
  const address = isAddress(word) ? word : addressOf('service', word);
  return resources.has(address) ? address : null;
}

function servicesBeside(side: ParitySide, addresses: Iterable<Address>): readonly ParityResource[] {
  const left = new Set(addresses);
  return [...side.resources.values()].filter(({ type, address }) => type === 'service' && !left.has(address));
}
