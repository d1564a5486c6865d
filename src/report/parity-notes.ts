/** What is said below the differences of a parity: what nobody could look at, what is not shown, and what became of waivers. */
import type { ConfigurationDiffReport, WaiverState } from '../model/parity.ts';
import { formatSource } from '../model/source.ts';
import { fieldText } from './field-text.ts';
import { beforeText, isMissing, labelOf, type ParityTextOptions, severityOf, unwaived } from './parity-words.ts';
import { safeText } from './safe-text.ts';
import { plural } from './words.ts';

export function parityNotes(report: ConfigurationDiffReport, options: ParityTextOptions): readonly string[] {
  const { unknown, waivers } = report.metadata;
  return [
    beforeText(report),
    ...unknown.map(({ side, engine, reason, addresses }) => {
      const what = `${plural(addresses.length, 'resource')} of ${labelOf(report, side)}`;
      return `Unknown: engine ${safeText(engine)} does not answer (${safeText(reason)}), so ${what} could not be compared.`;
    }),
    infoText(report, options),
    waivers.hits === 0 || options.all ? '' : `${plural(waivers.hits, 'difference')} waived; \`--all\` shows them.`,
    ...waivers.expired.map((waiver) => `${waiverText(waiver)} has expired (${waiver.until ?? ''}).`),
    ...waivers.unused.map((waiver) => `${waiverText(waiver)} hits nothing: take it out.`),
  ].filter((line) => line !== '');
}

function infoText(report: ConfigurationDiffReport, { all }: ParityTextOptions): string {
  if (all) return '';
  const diffs = [...report.service_diffs, ...report.metadata.resource_diffs];
  const fields = diffs.flatMap(unwaived).filter(({ severity }) => severity === 'info').length;
  const missing = diffs.filter((diff) => isMissing(diff) && severityOf(diff) === 'info').length;
  const count = fields + missing;
  return count === 0 ? '' : `${plural(count, 'more difference')} of no weight; \`--all\` shows them.`;
}

/** `The waiver of service.web container.image at trueup.yaml:12:7`. */
export function waiverText({ address, field_path: path, at }: WaiverState): string {
  const field = path === null ? '' : ` ${fieldText(path)}`;
  return `The waiver of ${safeText(address)}${field}${at === null ? '' : ` at ${safeText(formatSource(at))}`}`;
}
