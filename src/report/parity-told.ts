/** What of a parity is told, the most severe first: each difference, and each thing that one side lacks. */
import type { Severity } from '../model/change.ts';
import type { ConfigurationDiffReport, ParityDifference, ServiceDiff } from '../model/parity.ts';
import { isMissing, MOST_FIRST, severityOf, unwaived } from './parity-words.ts';

export interface Told {
  readonly diff: ServiceDiff;
  /** `null` for that one side lacks it. */
  readonly difference: ParityDifference | null;
  /** `null` where it is waived. */
  readonly severity: Severity | null;
}

/** `all` also has what is of no weight, and what is waived. Of one severity services come before other resources. */
export function toldOf(report: ConfigurationDiffReport, all: boolean): readonly Told[] {
  const told = [...report.service_diffs, ...report.metadata.resource_diffs].flatMap((diff) => partsOf(diff, all));
  return all ? told : told.toSorted((left, right) => rankOf(left) - rankOf(right));
}

function partsOf(diff: ServiceDiff, all: boolean): readonly Told[] {
  const severity = severityOf(diff);
  if (isMissing(diff)) return all || counts(severity) ? [{ diff, difference: null, severity }] : [];
  const differences = all ? diff.differences : unwaived(diff).filter((difference) => counts(difference.severity));
  return differences.map((difference) => ({ diff, difference, severity: difference.severity }));
}

function counts(severity: Severity | null): boolean {
  return severity !== null && severity !== 'info';
}

function rankOf({ severity }: Told): number {
  return severity === null ? MOST_FIRST.length : MOST_FIRST.indexOf(severity);
}
