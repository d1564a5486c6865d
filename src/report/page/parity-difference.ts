/** One difference of a parity: both sides beside each other, each with its line; why it counts, what to do, and the command that does it. */
import type { Json } from '../../model/json.ts';
import type { ParityDifference, ServiceDiff, WaiverNote } from '../../model/parity.ts';
import type { SourceRange } from '../../model/source.ts';
import { placeText } from '../formats/place-text.ts';
import { fixCommand, isFixable } from '../parity-command.ts';
import { labelOf, parityValues, placeName } from '../parity-words.ts';
import type { ToldParity } from '../reading/report.ts';
import { plainBadge, severityBadge } from './badge.ts';
import { el, type Html } from './html.ts';
import { prose } from './prose.ts';
import { shownPair } from './value.ts';

export interface ParityDifferenceOptions {
  readonly parity: ToldParity;
  readonly diff: ServiceDiff;
}

export function parityDifference(difference: ParityDifference, { parity, diff }: ParityDifferenceOptions): Html {
  const { source_value: source, target_value: target, severity, metadata } = difference;
  const { rule, reason, recommendation, waiver } = metadata;
  const { before, after, cut } = shownPair(parityValues(difference));
  const isWeighed = rule !== 'structural' && rule !== 'runtime';
  const command = isFixable(diff, difference) ? fixCommand(parity, { diff, difference }) : null;
  const counts = waiver === null && severity !== 'info';
  return el(
    'li',
    {},
    el(
      'p',
      { class: 'field' },
      el('code', {}, placeName(difference)),
      ' ',
      severityBadge(severity),
      waiver === null ? null : [' ', plainBadge('waived')],
    ),
    el(
      'div',
      { class: 'sides' },
      sideHtml(labelOf(parity, 'source'), before, { value: source, place: metadata.source_at }),
      sideHtml(labelOf(parity, 'target'), after, { value: target, place: metadata.target_at }),
    ),
    cut === '' ? null : el('p', { class: 'notes' }, cut),
    el('p', {}, prose(isWeighed ? reason : metadata.impact_description)),
    waiver === null ? null : waiverHtml(waiver),
    counts && recommendation !== null ? el('p', {}, el('strong', {}, 'To do: '), prose(recommendation)) : null,
    counts && command !== null ? el('p', { class: 'fix' }, el('code', {}, command)) : null,
    isWeighed ? el('p', { class: 'notes' }, 'rule ', el('code', {}, rule), ` · ${metadata.impact_description}`) : null,
  );
}

interface SideOptions {
  readonly value: Json;
  readonly place: SourceRange | null;
}

function sideHtml(label: string, text: string, { value, place }: SideOptions): Html {
  return el(
    'p',
    {},
    el('span', { class: 'word' }, label),
    ' ',
    el('code', { class: value === null ? 'value unset' : 'value' }, text),
    place === null ? null : [' ', el('code', { class: 'place' }, placeText(place))],
  );
}

/** Who answers for it, until when, and why. */
export function waiverHtml({ reason, owner, until }: WaiverNote): Html {
  const who = owner === null ? '' : ` by ${owner}`;
  const end = until === null ? '' : ` until ${until}`;
  return el('p', { class: 'waiver' }, `Waived${who}${end}: ${reason}`);
}
