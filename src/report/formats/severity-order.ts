/** Severities in order, and how many of each there are. */
import type { Severity } from '../../model/change.ts';
import { countList } from '../words.ts';

const MOST_FIRST: readonly Severity[] = ['critical', 'error', 'warning', 'info'];

/** Negative where `left` is the more severe. */
export function bySeverity(left: Severity, right: Severity): number {
  return MOST_FIRST.indexOf(left) - MOST_FIRST.indexOf(right);
}

export function mostSevere(severities: readonly Severity[], least: Severity): Severity {
  return MOST_FIRST.find((severity) => severity === least || severities.includes(severity)) ?? least;
}

/** Of what somebody means to change: a review has less to fear from it than from what changed by itself. */
export function intended(severity: Severity): Severity {
  return severity === 'critical' ? 'error' : severity === 'error' ? 'warning' : 'info';
}

/** `2 error, 35 info`. */
export function severityCounts(severities: readonly Severity[]): string {
  return countList(MOST_FIRST.map((severity) => [severities.filter((item) => item === severity).length, severity]));
}
