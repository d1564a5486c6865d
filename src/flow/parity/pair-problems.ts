/**
 * What is wrong with the pairs that people have settled: two that contradict each other, which is an error at its line, and one that
 * hits nothing, which is a warning, since what it is about may come back. Pure.
 */
import { type Address, isAddress, keyOf, typeOf } from '../../model/address.ts';
import { type Diagnostic, errorAt, sortDiagnostics, warningAt } from '../../model/diagnostic.ts';
import { nearest } from '../../model/nearest.ts';
import type { ParityPair } from '../../model/parity.ts';
import { formatSource } from '../../model/source.ts';
import type { SideParts } from './side-parts.ts';

/** A service has one partner in each environment: the pair that comes later contradicts. */
export function pairContradictions(pairs: readonly ParityPair[]): readonly Diagnostic[] {
  const partners = new Map<string, { readonly partner: string; readonly pair: ParityPair }>();
  const diagnostics = pairs.flatMap((pair): readonly Diagnostic[] => {
    const ends = [
      { one: pair.left, other: pair.right },
      { one: pair.right, other: pair.left },
    ];
    const found = ends.flatMap(({ one, other }): readonly Diagnostic[] => {
      const key = `${one} ${environmentOf(other)}`;
      const earlier = partners.get(key);
      if (earlier === undefined) {
        partners.set(key, { partner: other, pair });
        return [];
      }
      return earlier.partner === other ? [] : [contradiction(pair, one, other, earlier)];
    });
    // The two ends of one pair are one mistake.
    return found.slice(0, 1);
  });
  return sortDiagnostics(diagnostics);
}

function contradiction(
  { source }: ParityPair,
  one: string,
  other: string,
  { partner, pair }: { readonly partner: string; readonly pair: ParityPair },
): Diagnostic {
  const place = pair.source === null ? '' : ` (${formatSource(pair.source)})`;
  const summary = `${one} is ${other} here, and ${partner} there${place}`;
  return errorAt(
    'invalid_settings',
    source,
    summary,
    'a service is one of the other environment: leave one of the two pairs out',
  );
}

/** Of pairs of environments that are compared. */
export function idlePairs(pairs: readonly ParityPair[], sides: readonly SideParts[]): readonly Diagnostic[] {
  const diagnostics = pairs.flatMap(({ left, right, source }, index): readonly Diagnostic[] => {
    const ends = [left, right].map((end) => ({ end, meant: sides.filter((side) => isOf(end, side)) }));
    // Of what is not compared nobody knows.
    if (ends.some(({ meant }) => meant.length === 0)) return [];
    const first = pairs.slice(0, index).find((earlier) => isSamePair(earlier, left, right));
    if (first !== undefined) {
      const place = first.source === null ? '' : ` (${formatSource(first.source)})`;
      return [
        warningAt('unknown_reference', source, `the pair stands there twice${place}`, 'leave one of the two out'),
      ];
    }
    return ends.flatMap(({ end, meant }): readonly Diagnostic[] => {
      if (meant.some((side) => mayHave(side, addressIn(end)))) return [];
      const services = meant.flatMap(({ resources }) =>
        [...resources.keys()].filter((one) => typeOf(one) === 'service'),
      );
      const suggestion = nearest(addressIn(end).replace('service.', ''), services.map(keyOf));
      const detail =
        suggestion === null ? 'leave the pair out, or correct its address' : `did you mean "service.${suggestion}"?`;
      const summary = `the pair hits nothing: ${environmentOf(end)} has no ${addressIn(end)}`;
      return [warningAt('unknown_reference', source, summary, detail)];
    });
  });
  return sortDiagnostics(diagnostics);
}

/** Whether a side has it, or may have it where nobody could look. */
export function mayHave({ resources, unknown, origin }: SideParts, address: string): boolean {
  if (!isAddress(address)) return false;
  const isIn = (addresses: readonly Address[]): boolean => addresses.includes(address);
  const isOpen = origin === 'observed' && unknown.some(({ engine }) => engine !== null);
  return resources.has(address) || isOpen || unknown.some(({ addresses }) => isIn(addresses));
}

function isSamePair(pair: ParityPair, left: string, right: string): boolean {
  return (pair.left === left && pair.right === right) || (pair.left === right && pair.right === left);
}

function isOf(end: string, { environment, label }: SideParts): boolean {
  return [environment, label].includes(environmentOf(end));
}

function environmentOf(end: string): string {
  return end.slice(0, end.indexOf('/'));
}

function addressIn(end: string): string {
  return end.slice(end.indexOf('/') + 1);
}
