/** One difference: the field, both values, what it takes, who caused it, what it means, and the line of the manifest. */
import type { Difference } from '../../model/change.ts';
import { hasOnlyMoved, NO_LONGER_MEANS } from '../drift-values.ts';
import { fieldText } from '../field-text.ts';
import { causeWords, EFFECT_WORDS, stepSeverity } from '../formats/field-findings.ts';
import { placeText } from '../formats/place-text.ts';
import { bySeverity } from '../formats/severity-order.ts';
import type { ValuePair } from '../value-text.ts';
import { severityBadge } from './badge.ts';
import { el, type Html } from './html.ts';
import { shownValues } from './value.ts';

/** As a step towards the manifests, ahead or behind; or as a finding about what is. */
export type Telling = 'as a step' | 'as it was' | 'as it is';

const VALUE_WORDS: Readonly<Record<Telling, readonly [now: string, then: string]>> = {
  'as a step': ['is', 'will be'],
  'as it was': ['was', 'declared'],
  'as it is': ['is', 'declared'],
};

/** The most severe first. */
export function differenceList(differences: readonly Difference[], told: Telling): Html | null {
  if (differences.length === 0) return null;
  const ranked = differences.toSorted((left, right) => bySeverity(stepSeverity(left), stepSeverity(right)));
  return el(
    'ul',
    { class: 'differences' },
    ranked.map((difference) => differenceItem(difference, told)),
  );
}

function differenceItem(difference: Difference, told: Telling): Html {
  const { field_path, cause, effect, impact, source } = difference;
  const isStep = told !== 'as it is';
  const { cut, ...shown } = shownValues(difference, isStep ? 'after' : 'before');
  const notes = [isStep ? EFFECT_WORDS[effect] : '', causeWords(cause), cause === 'git' ? '' : (impact ?? ''), cut];
  const said = notes.filter((note) => note !== '').join(' · ');
  return el(
    'li',
    {},
    el('p', { class: 'field' }, el('code', {}, fieldText(field_path)), ' ', severityBadge(stepSeverity(difference))),
    el('p', { class: 'values' }, ...(!isStep && hasOnlyMoved(difference) ? movedImage(shown) : values(shown, told))),
    said === '' ? null : el('p', { class: 'notes' }, said),
    source === null ? null : el('p', { class: 'place' }, el('code', {}, placeText(source))),
  );
}

function values({ before, after }: ValuePair, told: Telling): readonly Html[] {
  const [now, then] = VALUE_WORDS[told];
  return [
    el('span', { class: 'word' }, `${now} `),
    el('code', { class: 'before' }, before),
    el('span', { 'aria-hidden': 'true' }, ' → '),
    el('span', { class: 'word' }, `${then} `),
    el('code', { class: 'after' }, after),
  ];
}

function movedImage({ before, after }: ValuePair): readonly Html[] {
  return [
    el('code', { class: 'after' }, after),
    el('span', { class: 'word' }, ` ${NO_LONGER_MEANS}, `),
    el('code', { class: 'before' }, before),
  ];
}
