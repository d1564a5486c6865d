/**
 * The style of a picture: in the file itself, since nothing is loaded from elsewhere. Each rule is of `.trueup` alone, so that
 * a page around it keeps its own.
 */
import { type Colors, DARK, LIGHT, type Tint } from './colors.ts';
import type { Mark } from './picture.ts';

/** What did not come to pass has the colour of a box to which nothing happens. */
const TINTS: Readonly<Record<Mark, Tint | null>> = {
  create: 'create',
  update: 'change',
  restart: 'change',
  along: 'change',
  replace: 'replace',
  delete: 'remove',
  move: 'move',
  done: 'create',
  failed: 'remove',
  cancelled: 'change',
  skipped: null,
  not_started: null,
};

/** The classes of a box: what happens to it, or nothing. */
export function boxClass(mark: Mark | null): string {
  if (mark === null) return 'box';
  const tint = TINTS[mark];
  if (tint === null) return 'box along';
  return mark === 'along' ? `box ${tint} along` : `box ${tint}`;
}

export const SVG_STYLE: string = [
  '.trueup{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px}',
  '.trueup text{white-space:pre}',
  '.trueup .title,.trueup .name{font-weight:bold}',
  '.trueup .small{font-size:11px}',
  '.trueup .box{stroke-width:1.5}',
  '.trueup .along{stroke-dasharray:5 3}',
  '.trueup .line{fill:none;stroke-width:1.2}',
  '.trueup .optional{stroke-dasharray:4 4}',
  colorRules(LIGHT),
  `@media (prefers-color-scheme:dark){${colorRules(DARK)}}`,
].join('');

function colorRules({ page, text, faint, box, frame, marks }: Colors): string {
  return [
    `.trueup .page{fill:${page}}`,
    `.trueup text{fill:${text}}`,
    `.trueup .small{fill:${faint}}`,
    `.trueup .line{stroke:${faint}}`,
    `.trueup .head{fill:${faint}}`,
    `.trueup .box{fill:${box};stroke:${frame}}`,
    ...Object.entries(marks).map(([tint, [fill, stroke]]) => `.trueup .${tint}{fill:${fill};stroke:${stroke}}`),
  ].join('');
}
