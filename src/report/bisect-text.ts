/** A bisect for people: the first bad commit, what failed with its evidence, and what it declares otherwise. */
import type { Bisected, CommitInfo, DesiredChange, DesiredDifference, Judgement } from '../model/bisect.ts';
import { diagnosticText } from './diagnostics-text.ts';
import { sourceText } from './difference-text.ts';
import { fieldText } from './field-text.ts';
import { gateCheckText, stepFailureText } from './gate-text.ts';
import { wrapParts } from './layout.ts';
import { type Paint, painter } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { shortenPair, valuePair } from './value-text.ts';
import { elapsedText, plural } from './words.ts';

const LONGEST_VALUE = 80;

/** `1a2b3c4d5e6f "Subject" (Author, 2026-01-31)`. */
export function commitText({ commit, subject, author, date }: CommitInfo): string {
  return `${commit.slice(0, 12)} "${safeText(subject)}" (${safeText(author)}, ${date.slice(0, 10)})`;
}

/** One line while a bisect goes on. */
export function judgementText({ commit, verdict, reason, same_as: same, duration_ms }: Judgement): string {
  const how = same === null ? elapsedText(duration_ms) : `declares the same as ${same.slice(0, 12)}`;
  const why = reason === null ? '' : `: ${safeText(reason)}`;
  return `${verdict === 'good' ? 'good' : 'bad '}  ${commitText(commit)}, ${how}${why}`;
}

export function renderBisected(bisected: Bisected, durationMs: number, options: RenderOptions): string {
  const paint = painter(options.color);
  const { first_bad: found, judged, environment } = bisected;
  const blocks = [
    `${paint('bad', 'First bad commit:')} ${paint('strong', commitText(found.commit))}`,
    ...evidence(found, options, paint),
    differences(bisected, options, paint),
    `Looked at ${plural(judged.length, 'commit')} of ${safeText(environment)} in ${elapsedText(durationMs)}. Nothing of the copy is left.`,
  ];
  return blocks.filter((text) => text !== '').join('\n\n');
}

/** What did not work at a commit, as a run tells it. */
export function failureTexts(judgement: Judgement, options: RenderOptions): string {
  return evidence(judgement, options, painter(options.color)).join('\n\n');
}

function evidence({ staged, diagnostics }: Judgement, options: RenderOptions, paint: Paint): readonly string[] {
  const { steps = [], gates = [] } = staged?.run ?? {};
  const failed = steps.filter(({ status }) => status === 'failed');
  const told = new Set(failed.map(({ address }) => address));
  return [
    ...diagnostics.map((diagnostic) => diagnosticText(diagnostic, null, options, paint)),
    ...failed.map((step) => stepFailureText(step, options, paint)),
    ...gates
      .filter(({ met, address }) => !met && !told.has(address))
      .map((gate) => gateCheckText(gate, options, paint)),
  ];
}

function differences({ parent, changes }: Bisected, options: RenderOptions, paint: Paint): string {
  if (parent === null) return 'It has no parent to compare it with.';
  const to = `its parent ${parent.slice(0, 12)}`;
  if (changes === null) return `What it declares cannot be compared with ${to}.`;
  if (changes.length === 0) return `It declares the same as ${to}.`;
  const lines = changes.flatMap((change) => changeLines(change, options, paint));
  return [`Against ${to}:`, ...lines].join('\n');
}

function changeLines(change: DesiredChange, options: RenderOptions, paint: Paint): readonly string[] {
  const { address, kind, source } = change;
  const where = kind === 'changed' ? '' : sourceText(source, paint);
  const word = kind === 'changed' ? '' : kind;
  return [
    wrapParts(
      [`  ${paint('strong', safeText(address))}`, word, where].filter((part) => part !== ''),
      options.width,
      6,
    ),
    ...change.differences.map((difference) => differenceLine(difference, options, paint)),
  ];
}

function differenceLine(
  { field_path, before, after, source }: DesiredDifference,
  options: RenderOptions,
  paint: Paint,
): string {
  const whole = valuePair(before, after, 'after');
  const pair = options.verbose === true ? whole : shortenPair(whole, LONGEST_VALUE);
  const text = `      ${fieldText(field_path)}: ${pair.before} → ${pair.after}`;
  return wrapParts([text, sourceText(source, paint)], options.width, 10);
}
