/** What nobody could look at, of either side: neither equal nor different. */
import { labelOf } from '../parity-words.ts';
import type { ToldParity } from '../reading/report.ts';
import { el } from './html.ts';
import type { Section } from './page.ts';
import { tableHtml } from './table.ts';

/** None where all was seen. */
export function unknownSection(parity: ToldParity): readonly Section[] {
  const { unknown } = parity.metadata;
  if (unknown.length === 0) return [];
  const rows = unknown.map(({ side, engine, reason, addresses }) => [
    labelOf(parity, side),
    engine === null ? 'has mistakes' : ['engine ', el('code', {}, engine), ' does not answer'],
    reason,
    addresses.flatMap((address, index) => [index === 0 ? null : ', ', el('code', {}, address)]),
  ]);
  const columns = ['Side', 'Cause', 'Why', 'Resources'];
  return [
    { id: 'unknown', title: 'Unknown', content: tableHtml({ caption: 'What could not be looked at', columns, rows }) },
  ];
}
