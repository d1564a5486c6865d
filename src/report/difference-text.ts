/** One difference as one line: `field: before → after (forces restart) [changed outside of git] file:line:column`. */
import type { Cause, Difference, Effect } from '../model/change.ts';
import { formatLastSource, formatSource, type LastSource, type SourceRange } from '../model/source.ts';
import { driftValues } from './drift-values.ts';
import { fieldText } from './field-text.ts';
import { wrapParts } from './layout.ts';
import type { Paint } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { displayWidth, safeText } from './safe-text.ts';
import { shortenPair, valuePair, type ValuePair } from './value-text.ts';

const INDENT = 6;
const LEAST_VALUE = 12;
const LONGEST_VALUE = 80;

const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  in_place: '',
  pending_restart: '(waits for a restart)',
  restart: '(forces restart)',
  replace: '(forces replacement)',
  unsupported: '(cannot be carried out)',
};

const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  git: '',
  world: '[changed outside of git]',
  both: '[changed in git and outside]',
  unknown: '[cause unknown]',
};

/** As a step towards the manifests: what is, then what will be. */
export function changeLine(difference: Difference, options: RenderOptions, paint: Paint): string {
  const { before, after } = fitted(difference, 'after', options);
  const notes = [effectText(difference.effect, paint), causeText(difference.cause, paint)];
  return line(difference, `${before} → ${after}`, notes, options, paint);
}

/** As a finding: what is, and what should be. */
export function driftLine(difference: Difference, options: RenderOptions, paint: Paint): string {
  const values = driftValues(fitted(difference, 'before', options), difference);
  return line(difference, values, [causeText(difference.cause, paint)], options, paint);
}

/** Where to look, or nothing. */
export function sourceText(source: SourceRange | null, paint: Paint): string {
  return source === null ? '' : paint('faint', safeText(formatSource(source)));
}

/** Where to look for what is declared no more, or nothing. */
export function lastSourceText(source: LastSource | undefined, paint: Paint): string {
  return source === undefined ? '' : paint('faint', `was ${safeText(formatLastSource(source))}`);
}

export function causeText(cause: Cause, paint: Paint): string {
  return CAUSE_WORDS[cause] === '' ? '' : paint('warning', CAUSE_WORDS[cause]);
}

function effectText(effect: Effect, paint: Paint): string {
  if (EFFECT_WORDS[effect] === '') return '';
  const isGentle = effect === 'pending_restart' || effect === 'restart';
  return paint(isGentle ? 'change' : 'remove', EFFECT_WORDS[effect]);
}

function fitted(difference: Difference, moved: 'before' | 'after', options: RenderOptions): ValuePair {
  const pair = valuePair(difference.before, difference.after, moved);
  if (options.verbose === true) return pair;
  const room = options.width - INDENT - displayWidth(fieldText(difference.field_path)) - ': is , declared '.length;
  const columns = Math.max(LEAST_VALUE, Math.min(LONGEST_VALUE, Math.floor(room / 2)));
  return shortenPair(pair, columns);
}

function line(
  difference: Difference,
  values: string,
  notes: readonly string[],
  options: RenderOptions,
  paint: Paint,
): string {
  const head = `${' '.repeat(INDENT)}${fieldText(difference.field_path)}: ${values}`;
  const { source, via } = difference;
  const second = via === undefined ? '' : paint('faint', `via ${safeText(formatSource(via))}`);
  return wrapParts([head, ...notes, sourceText(source, paint), second], options.width, INDENT + 4);
}
