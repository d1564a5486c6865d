/**
 * A parity as findings: each service and resource with the differences that nobody has waived, the most severe first. Where a
 * finding is shown is a line of the source's manifests, which is what is to be put right; what stands there in no line is
 * shown where the target has it.
 */
import type { ConfigurationDiffReport, ParityDifference, ServiceDiff, WaiverState } from '../../model/parity.ts';
import { formatSource } from '../../model/source.ts';
import { maskValue } from '../mask-document.ts';
import { coveredText, waiverText } from '../parity-notes.ts';
import {
  beforeText,
  isMissing,
  labelOf,
  missingAt,
  missingText,
  pairText,
  parityValues,
  placeName,
  severityOf,
  sideText,
  unwaived,
  verdictText,
} from '../parity-words.ts';
import { safeText, shorten } from '../safe-text.ts';
import { shortenPair } from '../value-text.ts';
import { plural } from '../words.ts';
import { LONGEST_NAME, LONGEST_SENTENCE, LONGEST_VALUE } from './field-findings.ts';
import type { EnvironmentFindings, FieldFinding, Finding, Remark } from './findings.ts';
import { bySeverity } from './severity-order.ts';

type Mask = (text: string) => string;

/** Values are masked here, before they are shortened. Differences of no weight are counted in a remark. */
export function parityFindings(report: ConfigurationDiffReport, mask: Mask): EnvironmentFindings {
  const { service_diffs: services, summary, metadata } = report;
  const findings = [...services, ...metadata.resource_diffs].flatMap((diff) => findingOf(diff, report, mask));
  return {
    environment: shorten(`${labelOf(report, 'source')}..${labelOf(report, 'target')}`, LONGEST_NAME),
    revision: mask(`${sideText(report, 'source')}, ${sideText(report, 'target')}`),
    summary: verdictText(report),
    counts: countsOf(findings),
    restarts: [],
    findings: findings.toSorted((left, right) => bySeverity(left.severity, right.severity)),
    remarks: parityRemarks(report, mask),
    unchanged: summary.services_identical + metadata.resource_summary.identical,
    isWhole: metadata.unknown.length === 0,
    file: null,
  };
}

/** Of what is told; what has no weight is counted in a remark. */
function countsOf(findings: readonly Finding[]): EnvironmentFindings['counts'] {
  const count = (sign: string): number => findings.filter((finding) => finding.sign === sign).length;
  return [
    [count('~'), 'different'],
    [count('+'), 'missing in the source'],
    [count('-'), 'missing in the target'],
  ];
}

function findingOf(diff: ServiceDiff, report: ConfigurationDiffReport, mask: Mask): readonly Finding[] {
  const severity = severityOf(diff);
  if (severity === null || severity === 'info') return [];
  const { recommendation, rule, source_at: source, target_at: target } = diff.metadata;
  const fields = unwaived(diff)
    .filter((difference) => difference.severity !== 'info')
    .map((difference) => fieldFinding(difference, mask))
    .toSorted((left, right) => bySeverity(left.severity, right.severity));
  const missing = isMissing(diff);
  return [
    {
      rule: `parity/${missing ? (rule ?? diff.status) : 'different'}`,
      address: name(diff.service_name),
      name: name(diff.service_name),
      sign: missing ? (diff.status === 'missing_in_source' ? '+' : '-') : '~',
      what: missing ? missingText(diff, report) : pairText(diff, report) || 'differs',
      why: '',
      severity,
      source: missing ? missingAt(diff) : (source ?? target),
      fields,
      sets: [],
      consequences: missing && recommendation !== null ? [sentence(recommendation, mask)] : [],
      losesData: false,
    },
  ];
}

function fieldFinding(difference: ParityDifference, mask: Mask): FieldFinding {
  const { severity, metadata } = difference;
  const values = parityValues({
    source_value: maskValue(difference.source_value, mask),
    target_value: maskValue(difference.target_value, mask),
  });
  const { before, after } = shortenPair(values, LONGEST_VALUE);
  const { rule, reason, recommendation, source_at: source, target_at: target } = metadata;
  const there = target === null ? [] : [`target: ${shorten(safeText(mask(formatSource(target))), LONGEST_SENTENCE)}`];
  return {
    rule: `parity/${rule}`,
    field: shorten(placeName(difference), LONGEST_NAME),
    values: `${before} → ${after}`,
    notes: [
      sentence(reason, mask),
      ...(recommendation === null ? [] : [sentence(recommendation, mask)]),
      ...(source === null ? [] : there),
    ],
    severity,
    source: source ?? target,
  };
}

/** What is said beside the differences. */
export function parityRemarks(report: ConfigurationDiffReport, mask: Mask): readonly Remark[] {
  const { unknown, waivers, severities } = report.metadata;
  const before = beforeText(report);
  return [
    ...(before === '' ? [] : [{ rule: 'parity', level: 'info', text: before, source: null } as const]),
    ...unknown.map(({ side, engine, reason, addresses }): Remark => {
      const what =
        engine === null
          ? `${shorten(addresses.map(safeText).join(', '), LONGEST_NAME)} has mistakes`
          : `engine ${safeText(engine)} does not answer`;
      const text = `${labelOf(report, side)}: ${what}: ${safeText(mask(reason))}`;
      const rule = engine === null ? 'diagnostic/invalid_manifest' : 'engine_unreachable';
      return { rule, level: 'error', text: shorten(text, LONGEST_SENTENCE), source: null };
    }),
    ...waivers.expired.map((waiver) => waiverRemark('expired', waiver, 'has expired')),
    ...waivers.unused.map((waiver) => waiverRemark('never_hit', waiver, 'hits nothing')),
    ...waivers.covered.map((waiver) => waiverRemark('covered', waiver, coveredText(waiver))),
    ...(waivers.hits === 0 ? [] : [told(`${plural(waivers.hits, 'difference')} waived`)]),
    ...(severities.info === 0 ? [] : [told(`${plural(severities.info, 'difference')} of no weight`)]),
  ];
}

function told(text: string): Remark {
  return { rule: 'parity', level: 'told', text, source: null };
}

function waiverRemark(rule: string, waiver: WaiverState, what: string): Remark {
  const text = shorten(`${waiverText(waiver)} ${what}`, LONGEST_SENTENCE);
  return { rule: `waiver/${rule}`, level: 'warning', text, source: waiver.at };
}

function name(text: string): string {
  return shorten(safeText(text), LONGEST_NAME);
}

function sentence(text: string, mask: Mask): string {
  return shorten(safeText(mask(text)), LONGEST_SENTENCE);
}
