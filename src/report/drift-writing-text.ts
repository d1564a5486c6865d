/** What `drift --write` would change, as a unified diff, and what is left to do by hand, with the line to edit. */
import { createTwoFilesPatch } from 'diff';
import type { ByHand, ByHandReason, DriftWriting, EditedFile } from '../model/drift-writing.ts';
import { sourceText } from './difference-text.ts';
import { fieldText } from './field-text.ts';
import { wrapParts } from './layout.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';

export const BY_HAND_WORDS: Readonly<Record<ByHandReason, string>> = {
  secret: 'holds a secret, which is never written',
  resource: 'is a whole resource, not a field',
  run_state: 'is no setting: `trueup start` and `trueup stop` say what runs',
  changed_in_git: 'was changed in git too: decide which of the two is meant',
  input: 'moved with an input, not with what runs: apply it, or undo the input',
  shared: 'is read by another environment too',
  image_moved: 'is a tag that means another image by now: pull or tag the one that is meant, or `trueup apply`',
  content: 'is the content of a mounted file: keep or undo it there',
  place: 'names a place of this machine that is not in the repo',
  undeclared: 'uses something that no manifest declares: declare it first, or undo it',
  inherited: 'is an item of a list that another manifest says, which is not repeated for one item',
  untried: 'was not tried, because too much else cannot be written',
  no_edit: 'cannot be written: no edit of the manifest says this and nothing else',
};

export function renderWriting({ files, by_hand: byHand }: DriftWriting, options: RenderOptions): string {
  const paint = painter(options.color);
  const diffs = files.map((file) => diffText(file, paint));
  const left = byHand.map((item) => byHandText(item, options, paint));
  const blocks = [...diffs, left.length === 0 ? '' : ['To be edited by hand:', ...left].join('\n')];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** As `git diff` prints it, so that it can be read and applied as such. */
export function unifiedDiff({ path, shown }: EditedFile): string {
  const patch = createTwoFilesPatch(`a/${path}`, `b/${path}`, shown.before, shown.after, undefined, undefined, {
    context: 3,
  });
  return patch.slice(patch.indexOf('--- ')).trimEnd();
}

const LINE_TONES: readonly (readonly [start: string, tone: Tone])[] = [
  ['--- ', 'strong'],
  ['+++ ', 'strong'],
  ['@@', 'move'],
  ['-', 'remove'],
  ['+', 'create'],
];

function diffText(file: EditedFile, paint: Paint): string {
  return unifiedDiff(file)
    .split('\n')
    .map((line) => {
      const tone = LINE_TONES.find(([start]) => line.startsWith(start))?.[1];
      const text = safeText(line.replace(/\r$/, ''));
      return tone === undefined ? text : paint(tone, text);
    })
    .join('\n');
}

function byHandText(
  { address, field_path: path, reason, detail, source }: ByHand,
  options: RenderOptions,
  paint: Paint,
): string {
  const what = path === null ? '' : fieldText(path);
  const why = detail === null ? BY_HAND_WORDS[reason] : `${BY_HAND_WORDS[reason]} (${safeText(detail)})`;
  const parts = [`  ${paint('strong', safeText(address))}`, what, why, sourceText(source, paint)];
  return wrapParts(parts, options.width, 6);
}
