/**
 * Versions as tags of images write them: `16.2`, `v1.4.0-rc.1`, `3.12-slim-bookworm`. Two tags are compared by number where both
 * have one, and by nothing else: what is no version, or is less exact than the other, is unknown. Pure.
 */

export const VERSION_RELATIONS = ['same', 'patch', 'minor', 'major', 'variant', 'unknown'] as const;
export type VersionRelation = (typeof VERSION_RELATIONS)[number];

interface Version {
  readonly numbers: readonly number[];
  /** `rc.1`; empty for a release. */
  readonly candidate: string;
  /** What the version was built on or for: `slim-bookworm`. */
  readonly variant: string;
}

const TAG =
  /^v?(?<numbers>\d+(?:\.\d+){0,3})(?:[-_.]?(?<candidate>(?:alpha|beta|rc|preview|pre|snapshot|dev)[.-]?\d*))?(?:[-_+](?<variant>.+))?$/i;

/** A lone number above is a date or the number of a build. */
const LARGEST_LONE = 9999;

/** The same both ways. */
export function compareVersions(left: string, right: string): VersionRelation {
  if (left === right) return 'same';
  const [one, other] = [parseVersion(left), parseVersion(right)];
  if (one === null || other === null) return 'unknown';
  const relation = compareNumbers(one.numbers, other.numbers);
  if (relation !== 'same') return relation;
  if (one.candidate !== other.candidate) return 'patch';
  return one.variant === other.variant ? 'same' : 'variant';
}

function parseVersion(tag: string): Version | null {
  const groups = TAG.exec(tag)?.groups;
  if (groups === undefined) return null;
  const numbers = (groups['numbers'] ?? '').split('.').map(Number);
  if (numbers.length === 1 && (numbers[0] ?? 0) > LARGEST_LONE) return null;
  const { candidate = '', variant = '' } = groups;
  return { numbers, candidate: candidate.toLowerCase(), variant };
}

function compareNumbers(left: readonly number[], right: readonly number[]): VersionRelation {
  const shared = Math.min(left.length, right.length);
  const at = left.findIndex((number, index) => index < shared && number !== right[index]);
  // `16` may be any 16.x: it is for nobody to say here which.
  if (at === -1) return left.length === right.length ? 'same' : 'unknown';
  if (at === 0) return 'major';
  // Before 1.0 anything may change with the second number.
  if (at === 1) return left[0] === 0 ? 'major' : 'minor';
  return 'patch';
}
