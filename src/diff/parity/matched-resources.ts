/**
 * Which resource of the source is which of the target. What people have settled comes first, then the same address; services that
 * are left are paired by what they are, where that speaks for one and no other. What nobody could look at is paired by its name
 * alone, and what has no partner is missing only where it is known not to be there. The same both ways, whatever order maps have. Pure.
 */
import { type Address, addressOf, keyOf, type ResourceType, typeOf } from '../../model/address.ts';
import { compareText } from '../../model/json.ts';
import type { ParityPair, ParityResource, ParitySide, UnknownPart } from '../../model/parity.ts';
import { renamedServices } from './renamed-services.ts';
import { settledPairs } from './settled-pairs.ts';
import { type HiddenPlaces, hiddenPlaces, unseenOf } from './unseen.ts';

export interface Matching {
  /** What is known of both sides, by name. */
  readonly matched: readonly MatchedResources[];
  /** What is not: neither equal, nor different, nor missing. */
  readonly unseen: readonly UnseenResource[];
  /** By the address in the source the one in the target, of all that both sides have, seen or not. */
  readonly partners: ReadonlyMap<Address, Address>;
}

/** At least one of the two is there. */
export interface MatchedResources {
  readonly type: ResourceType;
  readonly source: ParityResource | null;
  readonly target: ParityResource | null;
  /** Why two that have different names are one; `null` where they have the same, or there is one alone. */
  readonly renamed: Renaming | null;
  /** What the side that lacks it declares all the same; `null` where it does not. */
  readonly absent: Address | null;
}

export interface Renaming {
  /** 0 to 1. */
  readonly confidence: number;
  readonly evidence: readonly string[];
}

export interface UnseenResource {
  readonly type: ResourceType;
  readonly source: Address | null;
  readonly target: Address | null;
  /** Where the other side may have it, of what one side alone is known to have. */
  readonly place: UnknownPart | null;
}

/** Nobody can say more than the people themselves. */
const SETTLED: Renaming = { confidence: 1, evidence: ['settled in trueup.yaml'] };

export function matchResources(source: ParitySide, target: ParitySide, pairs: readonly ParityPair[]): Matching {
  const [here, there] = [known(source), known(target)];
  const settled = settledPairs(here, there, pairs);
  const partners = withSameAddress(settled, here.addresses, there.addresses);
  const renamings = new Map<Address, Renaming>();
  for (const [one, other] of settled) if (one !== other) renamings.set(one, SETTLED);
  const renamed = renamedServices({
    source: servicesBeside(here, partners.keys()),
    target: servicesBeside(there, partners.values()),
    known: new Map([...partners].map(([one, other]) => [wordOf(one), wordOf(other)])),
    all: { source: servicesBeside(here, []), target: servicesBeside(there, []) },
  });
  for (const { source: one, target: other, confidence, evidence } of renamed) {
    partners.set(addressOf('service', one), addressOf('service', other));
    renamings.set(addressOf('service', one), { confidence, evidence });
  }
  const taken = new Set(partners.values());
  const places = { source: hiddenPlaces(source, new Set(partners.keys())), target: hiddenPlaces(target, taken) };
  const isThere = (address: Address, { absent }: KnownSide): boolean => !absent.has(address);
  const all = [
    ...[...partners]
      .filter(([one, other]) => isThere(one, here) || isThere(other, there))
      .map(([one, other]) => found(here, one, there, other, renamings.get(one) ?? null)),
    ...[...here.addresses]
      .filter((one) => !partners.has(one) && isThere(one, here))
      .map((one) => alone(here, one, places.target, 'source')),
    ...[...there.addresses]
      .filter((other) => !taken.has(other) && isThere(other, there))
      .map((other) => alone(there, other, places.source, 'target')),
  ];
  return {
    matched: all.flatMap((each) => ('matched' in each ? [each.matched] : [])).toSorted(byName),
    unseen: all.flatMap((each) => ('unseen' in each ? [each.unseen] : [])).toSorted(byAddress),
    partners,
  };
}

interface KnownSide extends ParitySide {
  readonly addresses: ReadonlySet<Address>;
  readonly unseen: ReadonlySet<Address>;
}

function known(side: ParitySide): KnownSide {
  const unseen = unseenOf(side);
  return { ...side, unseen, addresses: new Set([...side.resources.keys(), ...side.absent.keys(), ...unseen]) };
}

type Found = { readonly matched: MatchedResources } | { readonly unseen: UnseenResource };

function found(here: KnownSide, one: Address, there: KnownSide, other: Address, renamed: Renaming | null): Found {
  const [source, target] = [seenIn(here, one), seenIn(there, other)];
  const type = typeOf(one);
  const absent = here.absent.has(one) ? one : there.absent.has(other) ? other : null;
  if (absent !== null && (source ?? target) !== null) return { matched: { type, source, target, renamed, absent } };
  if (source === null || target === null) return { unseen: { type, source: one, target: other, place: null } };
  return { matched: { type, source, target, renamed, absent: null } };
}

/** What the other side is not known to have. */
function alone(own: KnownSide, address: Address, places: HiddenPlaces, side: 'source' | 'target'): Found {
  const resource = seenIn(own, address);
  const place = resource === null ? null : places.placeOf(resource);
  const both = <T>(value: T): { readonly source: T | null; readonly target: T | null } => ({
    source: side === 'source' ? value : null,
    target: side === 'target' ? value : null,
  });
  const type = typeOf(address);
  if (resource === null || place !== null) return { unseen: { type, ...both(address), place } };
  return { matched: { type, ...both(resource), renamed: null, absent: null } };
}

function seenIn({ resources, unseen }: KnownSide, address: Address): ParityResource | null {
  return unseen.has(address) ? null : (resources.get(address) ?? null);
}

/** By the address in the source the one in the target, with all that have one address on both sides and are in no pair yet. */
function withSameAddress(
  settled: ReadonlyMap<Address, Address>,
  source: ReadonlySet<Address>,
  target: ReadonlySet<Address>,
): Map<Address, Address> {
  const [partners, taken] = [new Map(settled), new Set(settled.values())];
  for (const address of source) {
    if (target.has(address) && !settled.has(address) && !taken.has(address)) partners.set(address, address);
  }
  return partners;
}

/** As dependencies name it. */
function wordOf(address: Address): string {
  return typeOf(address) === 'service' ? keyOf(address) : address;
}

/** By the address in the source, or of what it lacks that in the target. */
function byName(left: MatchedResources, right: MatchedResources): number {
  const nameOf = ({ source, target }: MatchedResources): string => (source ?? target)?.address ?? '';
  return compareText(nameOf(left), nameOf(right)) || Number(left.source === null) - Number(right.source === null);
}

function byAddress(left: UnseenResource, right: UnseenResource): number {
  const nameOf = ({ source, target }: UnseenResource): string => source ?? target ?? '';
  return compareText(nameOf(left), nameOf(right)) || Number(left.source === null) - Number(right.source === null);
}

function servicesBeside({ resources, unseen }: KnownSide, addresses: Iterable<Address>): readonly ParityResource[] {
  const left = new Set(addresses);
  return [...resources.values()].filter(
    ({ type, address }) => type === 'service' && !left.has(address) && !unseen.has(address),
  );
}
