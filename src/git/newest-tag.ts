/** Versions among tags: with or without a `v`, pre-releases only where the range names one of the same version, as npm has it. */
import semver from 'semver';

/** The tag of the highest version in a range. Where two tags mean one version, the last by name, whoever asks. */
export function newestTag(tags: Iterable<string>, range: string): string | null {
  const fitting = versionsOf(tags).filter(([, version]) => semver.satisfies(version, range));
  return fitting.at(-1)?.[0] ?? null;
}

/** Tags of the highest versions below and above a range, for who found nothing in it; the highest first. */
export function nearestTags(tags: Iterable<string>, range: string, count = 5): readonly string[] {
  const versions = versionsOf(tags);
  const above = versions.filter(([, version]) => semver.gtr(version, range)).map(([tag]) => tag);
  const others = versions.filter(([, version]) => !semver.gtr(version, range)).map(([tag]) => tag);
  const nearAbove = above.slice(0, Math.max(2, count - others.length));
  return [...others.slice(-(count - Math.min(2, nearAbove.length))), ...nearAbove].slice(-count).toReversed();
}

/** In ascending order. */
function versionsOf(tags: Iterable<string>): readonly (readonly [tag: string, version: semver.SemVer])[] {
  const versions = [...tags].flatMap((tag) => {
    const version = semver.parse(tag);
    return version === null ? [] : [[tag, version] as const];
  });
  return versions.sort(
    ([leftTag, left], [rightTag, right]) => semver.compareBuild(left, right) || (leftTag < rightTag ? -1 : 1),
  );
}
