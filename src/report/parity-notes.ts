/** What is said below the differences of a parity: what nobody could look at, what is not shown, and what became of waivers. */
import type { ConfigurationDiffReport, CoveredWaiver, UnknownPart, WaiverState } from '../model/parity.ts';
import { formatSource } from '../model/source.ts';
import { fieldText } from './field-text.ts';
import { beforeText, isMissing, labelOf, type ParityTextOptions, severityOf, unwaived } from './parity-words.ts';
import { safeText } from './safe-text.ts';
import { plural } from './words.ts';

const MOST_MISTAKES = 5;
const MOST_NAMED = 3;

export function parityNotes(report: ConfigurationDiffReport, options: ParityTextOptions): readonly string[] {
  const { unknown, waivers } = report.metadata;
  return [
    beforeText(report),
    ...unknownNotes(unknown, report),
    infoText(report, options),
    waivers.hits === 0 || options.all ? '' : `${plural(waivers.hits, 'difference')} waived; \`--all\` shows them.`,
    ...waivers.expired.map((waiver) => `${waiverText(waiver)} has expired (${waiver.until ?? ''}).`),
    ...waivers.unused.map((waiver) => `${waiverText(waiver)} hits nothing: take it out.`),
    ...waivers.covered.map((waiver) => `${waiverText(waiver)} ${coveredText(waiver)}.`),
  ].filter((line) => line !== '');
}

/** Of mistakes the first say it: all of them were told with their lines. */
function unknownNotes(unknown: readonly UnknownPart[], report: ConfigurationDiffReport): readonly string[] {
  const told = unknown.filter(({ engine }, index) => engine !== null || index < MOST_MISTAKES);
  const left = unknown.length - told.length;
  return [
    ...told.map((part) => `Unknown: ${unknownText(part, report)}.`),
    left === 0 ? '' : `Unknown: ${left} more for mistakes.`,
  ];
}

function infoText(report: ConfigurationDiffReport, { all }: ParityTextOptions): string {
  if (all) return '';
  const diffs = [...report.service_diffs, ...report.metadata.resource_diffs];
  const fields = diffs.flatMap(unwaived).filter(({ severity }) => severity === 'info').length;
  const missing = diffs.filter((diff) => isMissing(diff) && severityOf(diff) === 'info').length;
  const count = fields + missing;
  return count === 0 ? '' : `${plural(count, 'more difference')} of no weight; \`--all\` shows them.`;
}

/** `is covered by the one at trueup.yaml:5:7`. */
export function coveredText({ by }: CoveredWaiver): string {
  return `is covered by ${by === null ? 'a wider one' : `the one at ${safeText(formatSource(by))}`}`;
}

/** `the engine docker of staging does not answer (connection refused), so 2 resources could not be compared`, or what has mistakes. */
function unknownText({ side, engine, reason, addresses }: UnknownPart, report: ConfigurationDiffReport): string {
  const [label, what] = [labelOf(report, side), plural(addresses.length, 'resource')];
  const [names, more] = [addresses.slice(0, MOST_NAMED).map(safeText).join(', '), addresses.length - MOST_NAMED];
  return engine === null
    ? `${names}${more > 0 ? ` and ${more} more` : ''} of ${label} could not be compared: ${safeText(reason)}`
    : `the engine ${safeText(engine)} of ${label} does not answer (${safeText(reason)}), so ${what} could not be compared`;
}

/** `The waiver of service.web container.image at trueup.yaml:12:7`. */
export function waiverText({ address, field_path: path, at }: WaiverState): string {
  const field = path === null ? '' : ` ${fieldText(path)}`;
  return `The waiver of ${safeText(address)}${field}${at === null ? '' : ` at ${safeText(formatSource(at))}`}`;
}
