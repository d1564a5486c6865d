/** Ignore rules as a section: what each was for, how often it hit, and which are of no use any more. */
import type { IgnoreHit, IgnoreStatus } from '../../model/change.ts';
import { fieldText } from '../field-text.ts';
import { placeText } from '../formats/place-text.ts';
import { plural } from '../words.ts';
import { el } from './html.ts';
import type { Section } from './page.ts';
import { tableHtml } from './table.ts';

const STATUS_WORDS: Readonly<Record<IgnoreStatus, string>> = {
  hit: 'in use',
  never_hit: 'hit nothing',
  expired: 'expired',
  unknown: 'hit nothing of what was looked at',
};

/** None where there is no rule. */
export function ignoreRulesSection(rules: readonly IgnoreHit[]): readonly Section[] {
  if (rules.length === 0) return [];
  const rows = rules.map(({ address, field_path, reason, until, hits, status, source }) => [
    [el('code', {}, address), ' ', el('code', {}, fieldText(field_path))],
    hits > 0 ? `${STATUS_WORDS[status]}, ${plural(hits, 'difference')}` : STATUS_WORDS[status],
    reason,
    el('span', { class: 'number' }, until ?? 'for ever'),
    el('code', {}, placeText(source)),
  ]);
  const columns = ['What it ignores', 'State', 'Why', 'Until', 'Line'];
  return [
    {
      id: 'rules',
      title: 'Ignore rules',
      content: tableHtml({ caption: 'What each rule ignores, and why', columns, rows }),
    },
  ];
}
