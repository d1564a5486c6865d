/** Words of a parity that texts and findings share: statuses, the score, what is left of a report, and where things stand. */
import type { Severity } from '../model/change.ts';
import { ROOT_PATH } from '../model/field-path.ts';
import type { ConfigurationDiffReport, OverallStatus, ParityDifference, ServiceDiff } from '../model/parity.ts';
import type { SourceRange } from '../model/source.ts';
import { fieldText } from './field-text.ts';
import type { Tone } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { markSecrets } from './secret-marks.ts';
import { type ValuePair, valueText } from './value-text.ts';
import { plural, revisionText } from './words.ts';

export interface ParityTextOptions extends RenderOptions {
  /** Whether what is only information, and what is waived, is shown as well. */
  readonly all: boolean;
}

export const SEVERITY_TONES: Readonly<Record<Severity, Tone>> = {
  info: 'faint',
  warning: 'warning',
  error: 'bad',
  critical: 'bad',
};

export const STATUS_WORDS: Readonly<Record<OverallStatus, string>> = {
  identical: 'identical',
  minor_differences: 'minor differences',
  major_differences: 'major differences',
  incompatible: 'incompatible',
};

/** `67 %`; only what is whole is 100, and of what nobody could look at nobody knows. */
export function scoreText(score: number | null): string {
  if (score === null) return 'unknown';
  return `${score >= 1 ? 100 : Math.min(99, Math.round(score * 100))} %`;
}

/** Differences that nobody has waived. */
export function unwaived({ differences, metadata }: ServiceDiff): readonly ParityDifference[] {
  if (metadata.waiver !== undefined) return [];
  return differences.filter((difference) => difference.metadata.waiver === null);
}

/** How much it weighs that one side lacks it, or its worst difference; `null` where nothing is left to say. */
export function severityOf(diff: ServiceDiff): Severity | null {
  const { metadata } = diff;
  if (metadata.waiver !== undefined) return null;
  const severities = unwaived(diff).map(({ severity }) => severity);
  if (metadata.severity !== undefined && isMissing(diff)) severities.push(metadata.severity);
  return MOST_FIRST.find((severity) => severities.includes(severity)) ?? null;
}

export const MOST_FIRST: readonly Severity[] = ['critical', 'error', 'warning', 'info'];

export function isMissing({ status }: ServiceDiff): boolean {
  return status === 'missing_in_source' || status === 'missing_in_target';
}

/** The field; of the resource as a whole its name is what differs. */
export function placeName({ field_path: path }: ParityDifference): string {
  return path === ROOT_PATH ? 'name' : fieldText(path);
}

/** As it was named on the command line, safe; else the name of the environment. */
export function labelOf(
  { source_environment: source, target_environment: target, metadata }: ConfigurationDiffReport,
  side: 'source' | 'target',
): string {
  return safeText(metadata.labels?.[side] ?? (side === 'source' ? source : target));
}

/** `is missing in staging`, `is declared in staging, and not there`. */
export function missingText({ status, metadata }: ServiceDiff, report: ConfigurationDiffReport): string {
  const side = status === 'missing_in_source' ? 'source' : 'target';
  const label = labelOf(report, side);
  return isAbsent({ status, metadata }) ? `is declared in ${label}, and not there` : `is missing in ${label}`;
}

/** Whether the side that lacks it declares it all the same. */
function isAbsent({ status, metadata }: Pick<ServiceDiff, 'status' | 'metadata'>): boolean {
  if (status === 'missing_in_source') return metadata.source_at !== null;
  return status === 'missing_in_target' && metadata.target_at !== null;
}

/** Where something can be done about what one side lacks: where that side declares it, or else the other. */
export function missingAt({ status, metadata }: Pick<ServiceDiff, 'status' | 'metadata'>): SourceRange | null {
  const { source_at: source, target_at: target } = metadata;
  return status === 'missing_in_source' ? (source ?? target) : (target ?? source);
}

/** `is frontend in staging (92 %: the same image)`; empty where both have the same name. */
export function pairText({ metadata }: ServiceDiff, report: ConfigurationDiffReport): string {
  const { paired_with: other, confidence = 1, evidence = [] } = metadata;
  if (other === undefined) return '';
  const because = evidence.length === 0 ? '' : `: ${evidence.map(safeText).join(', ')}`;
  return `is ${safeText(other)} in ${labelOf(report, 'target')} (${scoreText(confidence)}${because})`;
}

/** `At 1a2b3c4 parity was 50 % (major differences): 2 differences are gone since, and 1 is new.`; empty where nobody asked. */
export function beforeText({ metadata: { before } }: ConfigurationDiffReport): string {
  if (before === undefined) return '';
  const { revision, score, overall_status: status, gone, added } = before;
  const was = `At ${revisionText(revision)} parity was ${scoreText(score)} (${STATUS_WORDS[status]})`;
  if (gone + added === 0) return `${was}, by the same differences.`;
  const goneText = `${plural(gone, 'difference')} ${gone === 1 ? 'is' : 'are'} gone since`;
  return `${was}: ${goneText}, and ${added} ${added === 1 ? 'is' : 'are'} new.`;
}

/** Both values, whole. Of two secrets neither has changed: they are those of two environments. */
export function parityValues({
  source_value: source,
  target_value: target,
}: Pick<ParityDifference, 'source_value' | 'target_value'>): ValuePair {
  const pair = markSecrets(source, target);
  return { before: valueText(pair.before), after: valueText(pair.after) };
}

/** `local at 1a2b3c4 (dirty)`, `staging as it runs`. */
export function sideText(report: ConfigurationDiffReport, side: 'source' | 'target'): string {
  const label = labelOf(report, side);
  const revision = report.metadata.revisions[side];
  return revision === null ? `${label} as observed` : `${label} at ${revisionText(revision)}`;
}

/** `minor differences, not all of it known; parity 67 % (4 of 6 services alike, 1 unknown)`. */
export function verdictText({
  overall_status: status,
  summary,
  service_diffs,
  metadata,
}: ConfigurationDiffReport): string {
  const { total_services: total } = summary;
  const { score } = metadata;
  const unseen = total - service_diffs.length;
  const services =
    total === 0
      ? 'no services'
      : score === null
        ? `${plural(total, 'service')}, none of them known`
        : `${Math.round(score * total)} of ${plural(total, 'service')} alike${unseen > 0 ? `, ${unseen} unknown` : ''}`;
  // Where nothing at all is known, there is no difference to speak of.
  const isNothingKnown = score === null && metadata.resource_diffs.length === 0;
  const unknown = metadata.unknown.length > 0 ? ', not all of it known' : '';
  return `${isNothingKnown ? 'unknown' : `${STATUS_WORDS[status]}${unknown}`}; parity ${scoreText(score)} (${services})`;
}
