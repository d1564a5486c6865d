/** A diff for people: per environment and resource what is declared otherwise, each field with its line on either side. */
import type { Effect } from '../model/change.ts';
import type {
  DeclaredDiff,
  DeclaredDifference,
  DifferenceKind,
  EnvironmentDifference,
  ResourceDifference,
} from '../model/declared-diff.ts';
import { formatSource, type SourceRange } from '../model/source.ts';
import { declaredCounts } from './diff-counts.ts';
import { fieldText } from './field-text.ts';
import { wrapParts } from './layout.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { shortenPair, valuePair } from './value-text.ts';
import { plural, revisionText } from './words.ts';

const LONGEST_VALUE = 80;

const SIGNS: Readonly<Record<DifferenceKind, { readonly sign: string; readonly tone: Tone }>> = {
  added: { sign: '+', tone: 'create' },
  removed: { sign: '-', tone: 'remove' },
  changed: { sign: '~', tone: 'change' },
};

const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  in_place: '',
  pending_restart: '(waits for a restart)',
  restart: '(takes a restart)',
  replace: '(takes a replacement)',
  unsupported: '(cannot be carried out)',
};

export function renderDiff(diff: DeclaredDiff, options: RenderOptions): string {
  const paint = painter(options.color);
  const heading =
    diff.environments.length === 0 ? '' : `From ${revisionText(diff.before)} to ${revisionText(diff.after)}:`;
  const blocks = [
    heading,
    ...diff.environments.map((environment) => environmentText(environment, options, paint)),
    ...diff.invalid.map((side) => invalidText(side, diff)),
    paint('strong', summaryText(diff)),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function environmentText(difference: EnvironmentDifference, options: RenderOptions, paint: Paint): string {
  const { environment, kind, differences, resources } = difference;
  const { sign, tone } = SIGNS[kind];
  const words = kind === 'changed' ? '' : `is ${kind}`;
  return [
    wrapParts([paint(tone, sign), paint('strong', safeText(environment)), words], options.width, 2),
    ...differences.map((field) => fieldLine(field, 4, options, paint)),
    ...resources.flatMap((resource) => resourceLines(resource, options, paint)),
  ].join('\n');
}

function resourceLines(resource: ResourceDifference, options: RenderOptions, paint: Paint): readonly string[] {
  const { kind, address, previous_address: previous, after_source: after, before_source: before } = resource;
  const { sign, tone } = SIGNS[kind];
  const words = kind === 'changed' ? '' : `is ${kind}`;
  const head = [
    paint(tone, sign.padStart(3)),
    paint('strong', safeText(address)),
    previous === null ? words : `was ${safeText(previous)}`,
    kind === 'changed' ? '' : placeText(after ?? before, paint),
  ];
  return [
    wrapParts(head, options.width, 6),
    ...resource.differences.map((field) => fieldLine(field, 6, options, paint)),
  ];
}

/** `field: before → after (takes a restart) file:line:column`, with both places where they are in two lines. */
function fieldLine(field: DeclaredDifference, indent: number, options: RenderOptions, paint: Paint): string {
  const whole = valuePair(field.before, field.after, 'after');
  const { before, after } = options.verbose === true ? whole : shortenPair(whole, LONGEST_VALUE);
  const head = `${' '.repeat(indent)}${fieldText(field.field_path)}: ${before} → ${after}`;
  const effect = field.effect === null ? '' : EFFECT_WORDS[field.effect];
  return wrapParts([head, effect, placesText(field, paint)], options.width, indent + 4);
}

function placesText({ before_source: before, after_source: after }: DeclaredDifference, paint: Paint): string {
  if (before === null || after === null) return placeText(after ?? before, paint);
  const [left, right] = [formatSource(before), formatSource(after)];
  return left === right ? placeText(after, paint) : paint('faint', `${safeText(left)} → ${safeText(right)}`);
}

function placeText(source: SourceRange | null, paint: Paint): string {
  return source === null ? '' : paint('faint', safeText(formatSource(source)));
}

function invalidText({ side, environments }: DeclaredDiff['invalid'][number], diff: DeclaredDiff): string {
  const what = environments.length === 0 ? 'manifests' : environments.map((name) => safeText(name)).join(', ');
  return `Not compared, for mistakes at ${revisionText(diff[side])}: ${what}.`;
}

/** `Diff: 1 added, 2 changed, 5 fields.` */
function summaryText({ environments, invalid, before, after }: DeclaredDiff): string {
  const unseen = invalid.length === 0 ? '' : ' Not everything was compared.';
  if (environments.length === 0) {
    return `No difference between ${revisionText(before)} and ${revisionText(after)}.${unseen}`;
  }
  const text = declaredCounts(environments);
  return `Differences in ${plural(environments.length, 'environment')}${text === '' ? '' : `: ${text}`}.${unseen}`;
}
