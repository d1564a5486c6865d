/**
 * A parity for people, on one screen: the verdict, then what would bite, the most severe first, with both values, why, what to do
 * and where; in few words where the screen is too small for that. What differs by nature is counted, and shown on demand.
 */
import type { ConfigurationDiffReport, ParityDifference, ServiceDiff } from '../model/parity.ts';
import { formatSource, type SourceRange } from '../model/source.ts';
import { wrapParts, wrapWords } from './layout.ts';
import { type Paint, painter } from './paint.ts';
import { briefBlocks } from './parity-brief.ts';
import { parityNotes } from './parity-notes.ts';
import { type Told, toldOf } from './parity-told.ts';
import {
  isMissing,
  missingAt,
  missingText,
  MOST_FIRST,
  pairText,
  type ParityTextOptions,
  parityValues,
  placeName,
  SEVERITY_TONES,
  severityOf,
  sideText,
  verdictText,
} from './parity-words.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { shortenPair } from './value-text.ts';
import { countList, plural } from './words.ts';

const LONGEST_VALUE = 60;

/** So many differences and missing things are told, but for `all`; the others are counted. */
const MOST_TOLD = 30;

interface Around {
  readonly report: ConfigurationDiffReport;
  readonly options: ParityTextOptions;
  readonly paint: Paint;
}

export function renderParity(report: ConfigurationDiffReport, options: ParityTextOptions): string {
  const around = { report, options, paint: painter(options.color) };
  const told = toldOf(report, options.all);
  if (options.all) return textOf(fullBlocks(told, around), 0, told, around);
  const full = textOf(fullBlocks(told.slice(0, MOST_TOLD), around), MOST_TOLD, told, around);
  if (fits(full, options)) return full;
  // As many as there is room for, and the first in any case.
  for (let count = Math.min(told.length, MOST_TOLD); count > 1; count -= 1) {
    const brief = briefText(told, count, around);
    if (fits(brief, options)) return brief;
  }
  return briefText(told, 1, around);
}

/** The prompt takes a line. */
function fits(text: string, { height = Number.POSITIVE_INFINITY }: ParityTextOptions): boolean {
  return text.split('\n').length < height;
}

function briefText(told: readonly Told[], count: number, around: Around): string {
  const { report, options, paint } = around;
  // One below the other: empty lines are room for what is to be told.
  const blocks = [briefBlocks(told.slice(0, count), report, options, paint).join('\n')];
  return textOf(
    count === told.length ? [...blocks, '`--all` shows why, and where on both sides.'] : blocks,
    count,
    told,
    around,
  );
}

/** `shown` is how many are told, of those that are to be. */
function textOf(blocks: readonly string[], shown: number, told: readonly Told[], around: Around): string {
  const { report, options, paint } = around;
  const head = `${sideText(report, 'source')} and ${sideText(report, 'target')} (${report.metadata.comparison_mode}):`;
  const cut = options.all ? [] : told.slice(shown);
  return [
    wrapParts([paint('strong', head), verdictText(report)], options.width, 4),
    ...blocks,
    [cutText(cut), ...parityNotes(report, options)].filter((line) => line !== '').join('\n'),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

/** `… and 12 more differences (2 error, 10 warning); `--all` shows them.` */
function cutText(cut: readonly Told[]): string {
  if (cut.length === 0) return '';
  const counts = MOST_FIRST.map((each) => [cut.filter(({ severity }) => severity === each).length, each] as const);
  return `… and ${plural(cut.length, 'more difference')} (${countList(counts)}); \`--all\` shows them.`;
}

/** By what they are of, in the order of the report. What is known by another name is told in any case. */
function fullBlocks(told: readonly Told[], around: Around): readonly string[] {
  const { service_diffs: services, metadata } = around.report;
  const byDiff = Map.groupBy(told, ({ diff }) => diff);
  return [...services, ...metadata.resource_diffs].flatMap((diff) => {
    const own = byDiff.get(diff) ?? [];
    if (own.length === 0 && diff.metadata.paired_with === undefined) return [];
    return [
      itemText(
        diff,
        own.flatMap(({ difference }) => difference ?? []),
        around,
      ),
    ];
  });
}

function itemText(diff: ServiceDiff, differences: readonly ParityDifference[], around: Around): string {
  const { report, options, paint } = around;
  const { recommendation, waiver } = diff.metadata;
  const severity = severityOf(diff);
  const missing = isMissing(diff);
  const head = wrapParts(
    [
      paint(severity === null ? 'faint' : SEVERITY_TONES[severity], signOf(diff)),
      paint('strong', safeText(diff.service_name)),
      missing ? missingText(diff, report) : pairText(diff, report),
      missing && severity !== null ? `(${severity})` : '',
      waiver === undefined ? '' : `(waived: ${safeText(waiver.reason)})`,
      missing ? placeText(missingAt(diff), paint) : '',
    ],
    options.width,
    4,
  );
  const advice = missing && recommendation !== null ? [adviceText(recommendation, 4, options)] : [];
  const texts = differences.map((difference, index) => {
    return differenceText(difference, isSaidAfter(difference, differences[index + 1]), around);
  });
  return [head, ...advice, ...texts].join('\n');
}

function signOf({ status }: ServiceDiff): string {
  switch (status) {
    case 'identical':
      return '=';
    case 'different':
      return '~';
    case 'missing_in_source':
      return '+';
    case 'missing_in_target':
      return '-';
    default:
      return status satisfies never;
  }
}

/** Why, and what to do, is said once, behind the last that it is about. */
function isSaidAfter(difference: ParityDifference, next: ParityDifference | undefined): boolean {
  if (next === undefined) return false;
  const { severity, metadata } = difference;
  return (
    next.severity === severity &&
    whyOf(next.metadata) === whyOf(metadata) &&
    next.metadata.recommendation === metadata.recommendation
  );
}

function differenceText(difference: ParityDifference, isSaidLater: boolean, { options, paint }: Around): string {
  const { severity, metadata } = difference;
  const whole = parityValues(difference);
  const { before, after } = options.verbose === true ? whole : shortenPair(whole, LONGEST_VALUE);
  const { waiver, recommendation, source_at: source, target_at: target } = metadata;
  const head = wrapParts(
    [
      `    ${paint(SEVERITY_TONES[severity], severity)} ${placeName(difference)}: ${before} → ${after}`,
      waiver === null ? '' : `(waived: ${safeText(waiver.reason)})`,
      placesText(source, target, paint),
    ],
    options.width,
    8,
  );
  if (isSaidLater) return head;
  return [
    head,
    wrapWords(safeText(whyOf(metadata)), options.width, 8),
    ...(recommendation === null ? [] : [adviceText(recommendation, 8, options)]),
  ].join('\n');
}

/** Where no rule is asked, the reason is the mode: what it means says more. */
function whyOf({ rule, reason, impact_description: impact }: ParityDifference['metadata']): string {
  return rule === 'structural' || rule === 'runtime' ? impact : reason;
}

function adviceText(recommendation: string, indent: number, { width }: RenderOptions): string {
  return wrapWords(`To do: ${safeText(recommendation)}`, width, indent);
}

function placesText(source: SourceRange | null, target: SourceRange | null, paint: Paint): string {
  if (source === null || target === null) return placeText(source ?? target, paint);
  const [left, right] = [formatSource(source), formatSource(target)];
  return left === right ? placeText(source, paint) : paint('faint', `${safeText(left)} → ${safeText(right)}`);
}

function placeText(source: SourceRange | null, paint: Paint): string {
  return source === null ? '' : paint('faint', safeText(formatSource(source)));
}
