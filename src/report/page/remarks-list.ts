/** What is said beside the changes: what stands in the way, what is left out, what nobody looked at. Errors first. */
import { fieldLine } from '../formats/field-line.ts';
import type { Remark } from '../formats/findings.ts';
import { placeText } from '../formats/place-text.ts';
import { el, type Html } from './html.ts';

const ORDER: readonly Remark['level'][] = ['error', 'warning', 'info', 'told'];
const TINTS: Readonly<Record<Remark['level'], string>> = {
  error: 'badge remove',
  warning: 'badge change',
  info: 'badge move',
  told: 'badge',
};

export function remarksList(remarks: readonly Remark[]): Html {
  const ranked = remarks.toSorted((left, right) => ORDER.indexOf(left.level) - ORDER.indexOf(right.level));
  return el(
    'ul',
    { class: 'remarks' },
    ranked.map(({ level, text, source, fields = [] }) =>
      el(
        'li',
        {},
        el('span', { class: TINTS[level] }, level === 'told' ? 'note' : level),
        el('span', {}, ` ${text} `, source === null ? null : el('code', { class: 'place' }, placeText(source))),
        fields.length === 0
          ? null
          : el(
              'ul',
              {},
              fields.map((field) => el('li', {}, el('code', {}, fieldLine(field)))),
            ),
      ),
    ),
  );
}
