/**
 * A parity on a screen that is too small for all of it: by severity and rule what to do, and below it in one line each where. The
 * reasons and the lines of both sides are shown on demand.
 */
import type { ConfigurationDiffReport } from '../model/parity.ts';
import { formatSource } from '../model/source.ts';
import { wrapParts, wrapWords } from './layout.ts';
import type { Paint } from './paint.ts';
import type { Told } from './parity-told.ts';
import {
  missingAt,
  missingText,
  type ParityTextOptions,
  parityValues,
  placeName,
  SEVERITY_TONES,
} from './parity-words.ts';
import { displayWidth, safeText } from './safe-text.ts';
import { shortenPair } from './value-text.ts';

const LONGEST_VALUE = 24;

/** `told` with the most severe first. */
export function briefBlocks(
  told: readonly Told[],
  report: ConfigurationDiffReport,
  options: ParityTextOptions,
  paint: Paint,
): readonly string[] {
  return [...Map.groupBy(told, keyOf).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const severity = first.severity ?? 'info';
    const head = `${severity}: ${safeText(recommendationOf(first) ?? ruleOf(first))}`;
    const lines = group.map((each) => lineOf(each, report, options, paint));
    return [[paint(SEVERITY_TONES[severity], wrapWords(head, options.width, 0)), ...lines].join('\n')];
  });
}

function keyOf(told: Told): string {
  return `${told.severity} ${ruleOf(told)}`;
}

function ruleOf({ diff, difference }: Told): string {
  return difference?.metadata.rule ?? diff.metadata.rule ?? diff.status;
}

function recommendationOf({ diff, difference }: Told): string | null {
  return difference === null ? diff.metadata.recommendation : difference.metadata.recommendation;
}

/** Where it stands is left out where it takes a line of its own. */
function lineOf(
  { diff, difference }: Told,
  report: ConfigurationDiffReport,
  { width }: ParityTextOptions,
  paint: Paint,
): string {
  const at = difference === null ? missingAt(diff) : (difference.metadata.source_at ?? difference.metadata.target_at);
  const what = [
    `    ${paint('strong', safeText(diff.service_name))}`,
    difference === null ? missingText(diff, report) : `${placeName(difference)}: ${valuesOf(difference)}`,
  ];
  const place = at === null ? '' : paint('faint', safeText(formatSource(at)));
  const whole = [...what, place].filter((part) => part !== '').join(' ');
  return displayWidth(whole) <= width ? whole : wrapParts(what, width, 8);
}

function valuesOf(difference: NonNullable<Told['difference']>): string {
  const { before, after } = shortenPair(parityValues(difference), LONGEST_VALUE);
  return `${before} → ${after}`;
}
