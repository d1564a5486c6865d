/** One service or resource of a parity, folded: what is the matter with it in a line; below it both sides of each difference. */
import { isAddress, type ResourceType, typeOf } from '../../model/address.ts';
import type { ServiceDiff } from '../../model/parity.ts';
import { placeText } from '../formats/place-text.ts';
import { severityCounts } from '../formats/severity-order.ts';
import { isMissing, labelOf, missingAt, missingText, pairText, severityOf, unwaived } from '../parity-words.ts';
import type { ToldParity } from '../reading/report.ts';
import { plural } from '../words.ts';
import { plainBadge, severityBadge } from './badge.ts';
import { type Content, el, type Html } from './html.ts';
import { type ItemOptions, itemHtml } from './item.ts';
import { parityDifference, type ParityDifferenceOptions, waiverHtml } from './parity-difference.ts';
import { prose } from './prose.ts';

const SIGNS: Readonly<Record<ServiceDiff['status'], readonly [sign: string, tint: string]>> = {
  identical: ['=', ''],
  different: ['~', 'change'],
  missing_in_source: ['+', 'create'],
  missing_in_target: ['-', 'remove'],
};

export function parityItem(diff: ServiceDiff, parity: ToldParity, options: ItemOptions): Html {
  const [sign, tint] = SIGNS[diff.status];
  const severity = severityOf(diff);
  const told = { parity, diff };
  return itemHtml(
    {
      sign,
      tint,
      address: diff.service_name,
      what: whatOf(diff, parity),
      why: countsText(diff),
      badge:
        severity === null ? plainBadge(waivedPart(diff) === 'no' ? 'the same' : 'waived') : severityBadge(severity),
      content: [
        diff.metadata.waiver === undefined ? null : waiverHtml(diff.metadata.waiver),
        missingHtml(diff),
        pairHtml(diff, parity),
        differencesHtml(diff, told),
      ],
    },
    options,
  );
}

/** Services stand in a report by key, and other resources by address. */
export function typeOfDiff({ service_name: name }: ServiceDiff): ResourceType {
  return isAddress(name) ? typeOf(name) : 'service';
}

export function waivedPart(diff: ServiceDiff): 'no' | 'part' | 'yes' {
  const { waiver } = diff.metadata;
  const left = unwaived(diff).length;
  if (waiver !== undefined || (left === 0 && diff.differences.length > 0)) return 'yes';
  return left < diff.differences.length ? 'part' : 'no';
}

function whatOf(diff: ServiceDiff, parity: ToldParity): string {
  if (isMissing(diff)) return missingText(diff, parity);
  const { paired_with: other } = diff.metadata;
  return other === undefined ? 'differs' : `is ${other} in ${labelOf(parity, 'target')}`;
}

function countsText(diff: ServiceDiff): string {
  const left = unwaived(diff);
  const counts = severityCounts(left.map(({ severity }) => severity));
  const waived = diff.differences.length - left.length;
  return [counts, waived === 0 ? '' : `${waived} waived`].filter((part) => part !== '').join(', ');
}

function missingHtml(diff: ServiceDiff): Content {
  if (!isMissing(diff)) return null;
  const { recommendation, rule } = diff.metadata;
  return [
    recommendation === null ? null : el('p', {}, el('strong', {}, 'To do: '), prose(recommendation)),
    rule === undefined ? null : el('p', { class: 'notes' }, 'rule ', el('code', {}, rule)),
    el('p', { class: 'where' }, 'declared at ', el('code', {}, placeText(missingAt(diff)))),
  ];
}

/** A guess is told as one, with what speaks for it. */
function pairHtml(diff: ServiceDiff, parity: ToldParity): Content {
  const text = pairText(diff, parity);
  if (text === '') return null;
  const isSettled = diff.metadata.confidence === 1;
  const settle = isSettled ? null : ['; ', el('code', {}, 'parity.pairs'), ' in trueup.yaml settles it'];
  return el('p', { class: 'consequences' }, `It ${text}`, settle, '.');
}

function differencesHtml(diff: ServiceDiff, told: ParityDifferenceOptions): Content {
  const natural = diff.differences.filter(isNatural);
  const others = diff.differences.filter((difference) => !isNatural(difference));
  return [
    listHtml(others, told),
    natural.length === 0
      ? null
      : el(
          'details',
          { class: 'words' },
          el('summary', {}, `${plural(natural.length, 'difference')} of no weight`),
          listHtml(natural, told),
        ),
  ];
}

function isNatural({ severity, metadata }: ServiceDiff['differences'][number]): boolean {
  return severity === 'info' && metadata.waiver === null;
}

function listHtml(differences: ServiceDiff['differences'], told: ParityDifferenceOptions): Content {
  if (differences.length === 0) return null;
  return el(
    'ul',
    { class: 'differences' },
    differences.map((difference) => parityDifference(difference, told)),
  );
}
