/** One finding as an item of a list: whole, with its differences folded, or in brief where there is no room. */
import { plural } from '../../words.ts';
import type { FieldFinding, Finding } from '../findings.ts';
import { placeText } from '../place-text.ts';
import { code, joined, words } from './html.ts';

/** Of one resource so many differences are shown; the others are counted. */
const MOST_LINES = 20;

export function wholeFinding(finding: Finding, isOpen: boolean): string {
  const { fields, sets } = finding;
  const lines = [...fields.map(fieldHtml), ...sets.map((text) => `<li>${code(text)}</li>`)];
  const title = fields.length > 0 ? plural(fields.length, 'difference') : plural(sets.length, 'field');
  const details = [
    `<details${isOpen ? ' open' : ''}><summary>${title}</summary>`,
    '<ul>',
    ...firstLines(lines),
    '</ul></details>',
  ];
  return [
    `<li>${headHtml(finding)}`,
    ...(finding.consequences.length > 0 ? [`<br>${finding.consequences.map(words).join('; ')}`] : []),
    ...(lines.length > 0 ? details : []),
    '</li>',
  ].join('\n');
}

/** What a remark is about, in the list of remarks; nothing where no field differs. */
export function fieldsHtml(fields: readonly FieldFinding[]): string {
  return fields.length === 0 ? '' : ['', '<ul>', ...firstLines(fields.map(fieldHtml)), '</ul>'].join('\n');
}

export function briefFinding({ sign, address, what, severity }: Finding): string {
  return `<li>${joined(code(sign), code(address), words(what), `· ${severity}`)}</li>`;
}

function firstLines(lines: readonly string[]): readonly string[] {
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `<li>and ${more} more</li>`] : lines;
}

function headHtml({ sign, address, what, why, severity, source }: Finding): string {
  const reason = why === '' ? '' : `(${words(why)})`;
  return joined(code(sign), `<b>${code(address)}</b>`, words(what), reason, code(placeText(source)), `· ${severity}`);
}

function fieldHtml({ field, values, notes, source }: FieldFinding): string {
  const rest = notes.length > 0 ? `(${notes.map(words).join('; ')})` : '';
  return `<li>${joined(code(`${field}: ${values}`), rest, code(placeText(source)))}</li>`;
}
