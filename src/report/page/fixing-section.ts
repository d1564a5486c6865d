/** What `parity --fix` wrote into manifests, or would have: each file as a diff, and what is left to people with the line to edit. */
import type { ByHand } from '../../model/drift-writing.ts';
import { BY_HAND_WORDS } from '../drift-writing-text.ts';
import { fieldText } from '../field-text.ts';
import { placeText } from '../formats/place-text.ts';
import type { ToldFixing } from '../reading/report.ts';
import { safeLines } from '../safe-text.ts';
import { el, type Html } from './html.ts';
import type { Section } from './page.ts';
import { tableHtml } from './table.ts';
import { textBlock } from './text-block.ts';

/** None where nobody asked. */
export function fixingSection(fixing: ToldFixing | null): readonly Section[] {
  if (fixing === null) return [];
  const { side, written, files, by_hand: byHand } = fixing;
  const done = written ? 'The manifests of the' : 'Nothing is written. With it the manifests of the';
  const lead =
    files.length === 0 ? 'There is nothing that could be written.' : `${done} ${side} say what the other side has:`;
  const content = [el('p', { class: 'lead' }, lead), ...files.map(fileHtml), byHandHtml(byHand)];
  return [{ id: 'fix', title: written ? 'What was put right' : 'What can be put right', content }];
}

function fileHtml({ path, diff }: ToldFixing['files'][number]): Html {
  return el('div', { class: 'file' }, textBlock(`Diff of ${path}`, safeLines(diff)));
}

function byHandHtml(byHand: readonly ByHand[]): Html | null {
  if (byHand.length === 0) return null;
  const rows = byHand.map(({ address, field_path: path, reason, detail, source }) => [
    [el('code', {}, address), ...(path === null ? [] : [' ', el('code', {}, fieldText(path))])],
    detail === null ? BY_HAND_WORDS[reason] : `${BY_HAND_WORDS[reason]} (${detail})`,
    source === null ? null : el('code', {}, placeText(source)),
  ]);
  return tableHtml({ caption: 'To be edited by hand', columns: ['What', 'Why', 'Line'], rows });
}
