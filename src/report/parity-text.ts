/**
 * A parity for people, on one screen: the verdict, then what would bite, the most severe first, with both values, why, what to do
 * and where. What differs by nature is counted, and shown on demand.
 */
import type { Severity } from '../model/change.ts';
import type { ConfigurationDiffReport, ParityDifference, ServiceDiff } from '../model/parity.ts';
import { formatSource, type SourceRange } from '../model/source.ts';
import { fieldText } from './field-text.ts';
import { wrapParts, wrapWords } from './layout.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import { parityNotes } from './parity-notes.ts';
import {
  isMissing,
  missingText,
  pairText,
  type ParityTextOptions,
  parityValues,
  severityOf,
  sideText,
  unwaived,
  verdictText,
} from './parity-words.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { shortenPair } from './value-text.ts';
import { plural } from './words.ts';

const LONGEST_VALUE = 60;

/** So many differences and missing things are told, but for `all`; the others are counted. */
const MOST_TOLD = 30;

const TONES: Readonly<Record<Severity, Tone>> = { info: 'faint', warning: 'warning', error: 'bad', critical: 'bad' };

export function renderParity(report: ConfigurationDiffReport, options: ParityTextOptions): string {
  const paint = painter(options.color);
  const { comparison_mode: mode, resource_diffs: resources } = report.metadata;
  const head = `${sideText(report, 'source')} and ${sideText(report, 'target')} (${mode}):`;
  const told = [...report.service_diffs, ...resources].map((diff) => ({ diff, differences: toldOf(diff, options) }));
  const items = told.filter(({ diff, differences }) => differences.length > 0 || isTold(diff, options));
  const { shown, cut } = firstOf(items, options.all ? Number.POSITIVE_INFINITY : MOST_TOLD);
  const blocks = [
    wrapParts([paint('strong', head), verdictText(report)], options.width, 4),
    ...shown.map(({ diff, differences }) => itemText(diff, differences, { report, options, paint })),
    cut === 0 ? '' : `… and ${plural(cut, 'more difference')}; \`--all\` shows them.`,
    parityNotes(report, options).join('\n'),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function toldOf(diff: ServiceDiff, { all }: ParityTextOptions): readonly ParityDifference[] {
  return all ? diff.differences : unwaived(diff).filter(({ severity }) => severity !== 'info');
}

/** Whether the thing itself has to be told: it is missing, or known by another name. */
function isTold(diff: ServiceDiff, { all }: ParityTextOptions): boolean {
  if (diff.metadata.paired_with !== undefined) return true;
  if (!isMissing(diff)) return false;
  const severity = severityOf(diff);
  return all || (severity !== null && severity !== 'info');
}

interface Item {
  readonly diff: ServiceDiff;
  readonly differences: readonly ParityDifference[];
}

function firstOf(items: readonly Item[], most: number): { readonly shown: readonly Item[]; readonly cut: number } {
  let room = most;
  let cut = 0;
  const shown: Item[] = [];
  for (const item of items) {
    const size = Math.max(1, item.differences.length);
    if (room <= 0) cut += size;
    else {
      shown.push({ ...item, differences: item.differences.slice(0, room) });
      cut += Math.max(0, item.differences.length - room);
    }
    room -= size;
  }
  return { shown, cut };
}

interface Around {
  readonly report: ConfigurationDiffReport;
  readonly options: ParityTextOptions;
  readonly paint: Paint;
}

function itemText(diff: ServiceDiff, differences: readonly ParityDifference[], around: Around): string {
  const { report, options, paint } = around;
  const { recommendation, source_at: source, target_at: target, waiver } = diff.metadata;
  const severity = severityOf(diff);
  const missing = isMissing(diff);
  const head = wrapParts(
    [
      paint(severity === null ? 'faint' : TONES[severity], signOf(diff)),
      paint('strong', safeText(diff.service_name)),
      missing ? missingText(diff, report) : pairText(diff, report),
      missing && severity !== null ? `(${severity})` : '',
      waiver === undefined ? '' : `(waived: ${safeText(waiver.reason)})`,
      missing ? placeText(source ?? target, paint) : '',
    ],
    options.width,
    4,
  );
  const advice = missing && recommendation !== null ? [adviceText(recommendation, 4, options)] : [];
  return [head, ...advice, ...differences.map((difference) => differenceText(difference, around))].join('\n');
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

function differenceText(difference: ParityDifference, { options, paint }: Around): string {
  const { field_path: path, severity, metadata } = difference;
  const whole = parityValues(difference);
  const { before, after } = options.verbose === true ? whole : shortenPair(whole, LONGEST_VALUE);
  const { waiver, recommendation, source_at: source, target_at: target } = metadata;
  const head = wrapParts(
    [
      `    ${paint(TONES[severity], severity)} ${fieldText(path)}: ${before} → ${after}`,
      waiver === null ? '' : `(waived: ${safeText(waiver.reason)})`,
      placesText(source, target, paint),
    ],
    options.width,
    8,
  );
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
