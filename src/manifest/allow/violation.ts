/** What a manifest asks for and the policy does not allow, before anybody has said where it stands. */
import type { ManifestPath, Part } from '../layers.ts';
import type { Reporter } from '../reporter.ts';

export interface Violation {
  readonly path: ManifestPath;
  readonly part: Part;
  readonly summary: string;
  readonly detail: string | null;
}

/** So many are listed of one environment; the rest would be as wrong as these. */
const MOST_LISTED = 500;

/** Each at its line; their paths come back. */
export function reportViolations(violations: readonly Violation[], reporter: Reporter): readonly ManifestPath[] {
  for (const { path, part, summary, detail } of violations.slice(0, MOST_LISTED)) {
    reporter.errorAt(part, 'not_allowed', path, summary, detail);
  }
  const left = violations.length - MOST_LISTED;
  if (left > 0) reporter.error('not_allowed', [], `${left} more things are not allowed in a repo that is not yours`);
  return violations.map(({ path }) => path);
}
