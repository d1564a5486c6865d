/**
 * Fields that the manifests of a side leave to others, by `ignore_differences`: of what runs they say nothing, so that it is held
 * against neither side. Where both sides are declared the rules are not asked: what manifests say is what they say. Pure.
 */
import type { Address } from '../../model/address.ts';
import type { IgnoreRule } from '../../model/desired.ts';
import { type FieldPath, fieldPath } from '../../model/field-path.ts';
import { coversField, parseFieldPattern } from '../../model/field-pattern.ts';
import type { ParitySide, WaiverNote } from '../../model/parity.ts';
import { isWithin } from '../cause.ts';

export interface IgnoredScope {
  readonly source: ParitySide;
  readonly target: ParitySide;
  /** `YYYY-MM-DD` */
  readonly today: string;
}

/** `addresses` are those of one resource on both sides. */
export type FindIgnored = (addresses: readonly Address[], names: readonly string[]) => WaiverNote | null;

export function ignoredFields({ source, target, today }: IgnoredScope): FindIgnored {
  const sides = [source, target];
  if (sides.every(({ origin }) => origin === 'declared')) return () => null;
  const compiled = sides
    .flatMap(({ ignored }) => ignored)
    .filter(({ until }) => until === null || until >= today)
    .map((rule) => ({ rule, covers: coveringOf(rule, sides) }));
  return (addresses, names) => {
    const fields = names[0] === 'effective' ? names.slice(1) : names;
    // A run state is what became of it, and no field that a manifest could leave to others.
    if (fields.length === 0 || names[0] === 'status') return null;
    const found = compiled.find(({ rule, covers }) => addresses.includes(rule.address) && covers(fields));
    if (found === undefined) return null;
    const { reason, until } = found.rule;
    return { reason, owner: null, until };
  };
}

function coveringOf(
  { address, field_path, select }: IgnoreRule,
  sides: readonly ParitySide[],
): (names: readonly string[]) => boolean {
  const pattern = parseFieldPattern(field_path);
  if (pattern !== null) return (names) => coversField(pattern, names);
  const selected = sides.flatMap(({ resources }): readonly FieldPath[] => {
    const config = resources.get(address)?.config;
    return config === undefined || select === undefined ? [] : select(config);
  });
  return (names) => selected.some((each) => isWithin(fieldPath(...names), each));
}
