/** What it all comes to: the worst that nobody has waived, and the words, counts and the score that follow from it. Pure. */
import { SEVERITIES, type Severity } from '../../model/change.ts';
import type {
  ImpactLevel,
  OverallStatus,
  ParityDifference,
  ParitySummary,
  ResourceSummary,
  ServiceDiff,
} from '../../model/parity.ts';

const IMPACT_OF: Readonly<Record<Severity, ImpactLevel>> = {
  info: 'low',
  warning: 'medium',
  error: 'high',
  critical: 'critical',
};

export function impactOf(severity: Severity | null): ImpactLevel {
  return severity === null ? 'none' : IMPACT_OF[severity];
}

export function rankOf(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** `null` where there are none. */
export function worst(severities: readonly Severity[]): Severity | null {
  return severities.reduce<Severity | null>(
    (held, severity) => (held === null || rankOf(severity) > rankOf(held) ? severity : held),
    null,
  );
}

/** Of the differences that nobody has waived, and of that it is missing. */
export function unwaivedSeverities({
  differences,
  metadata,
}: Pick<ServiceDiff, 'differences' | 'metadata'>): readonly Severity[] {
  const own = metadata.severity === undefined || metadata.waiver !== undefined ? [] : [metadata.severity];
  return [...own, ...differences.filter(isUnwaived).map(({ severity }) => severity)];
}

export function isUnwaived({ metadata }: ParityDifference): boolean {
  return metadata.waiver === null;
}

export function overallStatus(
  services: readonly ServiceDiff[],
  resources: readonly ServiceDiff[],
  isUnknown: boolean,
): OverallStatus {
  const severity = worst([...services, ...resources].flatMap(unwaivedSeverities));
  const isMissing = services.some((diff) => isMissingStatus(diff) && diff.metadata.waiver === undefined);
  if (severity === 'critical') return 'incompatible';
  if (severity === 'error' || isMissing) return 'major_differences';
  return severity === 'warning' || isUnknown ? 'minor_differences' : 'identical';
}

/** `unseen` is the number of those that nobody could look at. */
export function servicesSummary(services: readonly ServiceDiff[], unseen: number): ParitySummary {
  const { total, identical, with_differences, missing_in_source, missing_in_target } = resourcesSummary(
    services,
    unseen,
  );
  return {
    total_services: total,
    services_identical: identical,
    services_with_differences: with_differences,
    services_missing_in_source: missing_in_source,
    services_missing_in_target: missing_in_target,
  };
}

export function resourcesSummary(diffs: readonly ServiceDiff[], unseen: number): ResourceSummary {
  const count = (status: ServiceDiff['status']): number => diffs.filter((diff) => diff.status === status).length;
  return {
    total: diffs.length + unseen,
    identical: count('identical'),
    with_differences: count('different'),
    missing_in_source: count('missing_in_source'),
    missing_in_target: count('missing_in_target'),
  };
}

/** What one score is made from. */
export interface Scored {
  readonly services: readonly ServiceDiff[];
  /** How many services nobody could look at: nobody knows that nothing bites there. */
  readonly unseen: number;
  /** Whether anything could not be looked at, be it a service or not. */
  readonly isUnknown: boolean;
}

/** To four places: the share of services in which nothing bites that nobody has waived. `null` where none is known of all that may be there. */
export function scoreOf({ services, unseen, isUnknown }: Scored): number | null {
  if (services.length === 0) return isUnknown ? null : 1;
  const sound = services.filter((diff) => unwaivedSeverities(diff).every((severity) => severity === 'info'));
  return Math.round((sound.length / (services.length + unseen)) * 10_000) / 10_000;
}

export function severityCounts(diffs: readonly ServiceDiff[]): Readonly<Record<Severity, number>> {
  const counts = { info: 0, warning: 0, error: 0, critical: 0 };
  for (const severity of diffs.flatMap(unwaivedSeverities)) counts[severity] += 1;
  return counts;
}

function isMissingStatus({ status }: ServiceDiff): boolean {
  return status === 'missing_in_source' || status === 'missing_in_target';
}
