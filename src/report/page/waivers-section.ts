/** Waivers of a parity as a section: what is waived by whom and until when, and which waivers are of no use any more. */
import type { CoveredWaiver, ParityDifference, ServiceDiff, WaiverNote, WaiverState } from '../../model/parity.ts';
import { fieldText } from '../field-text.ts';
import { placeText } from '../formats/place-text.ts';
import type { ToldParity } from '../reading/report.ts';
import { type Content, el } from './html.ts';
import type { Section } from './page.ts';
import { tableHtml } from './table.ts';

/** None where nothing is waived, and no waiver is idle. */
export function waiversSection({ service_diffs: services, metadata }: ToldParity): readonly Section[] {
  const { expired, unused, covered } = metadata.waivers;
  const rows = [
    ...expired.map((waiver) => stateRow(waiver, 'expired')),
    ...unused.map((waiver) => stateRow(waiver, 'hits nothing')),
    ...covered.map((waiver) => stateRow(waiver, coveredText(waiver))),
    ...[...services, ...metadata.resource_diffs].flatMap(hitRows),
  ];
  if (rows.length === 0) return [];
  const columns = ['What', 'State', 'Why', 'Owner', 'Until', 'Line'];
  return [
    {
      id: 'waivers',
      title: 'Waivers',
      content: tableHtml({ caption: 'Who answers for what, and until when', columns, rows }),
    },
  ];
}

function hitRows({ service_name: name, differences, metadata }: ServiceDiff): readonly (readonly Content[])[] {
  const { waiver } = metadata;
  if (waiver !== undefined) return [rowOf(el('code', {}, name), 'in use', waiver)];
  return differences.flatMap((difference: ParityDifference) => {
    const { waiver: own } = difference.metadata;
    const what = [el('code', {}, name), ' ', el('code', {}, fieldText(difference.field_path))];
    return own === null ? [] : [rowOf(what, 'in use', own)];
  });
}

function stateRow({ address, field_path: path, at, ...note }: WaiverState, state: Content): readonly Content[] {
  const what = [el('code', {}, address), ...(path === null ? [] : [' ', el('code', {}, path)])];
  return rowOf(what, state, note, placeText(at));
}

/** A wider one waives what it would: it is of use again once that one is gone. */
function coveredText({ by }: CoveredWaiver): Content {
  return by === null ? 'covered by a wider one' : ['covered by the one at ', el('code', {}, placeText(by))];
}

function rowOf(what: Content, state: Content, { reason, owner, until }: WaiverNote, place = ''): readonly Content[] {
  const end = el('span', { class: 'number' }, until ?? 'for ever');
  return [what, state, reason, owner ?? '', end, place === '' ? null : el('code', {}, place)];
}
