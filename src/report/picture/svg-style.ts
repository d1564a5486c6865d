/**
 * The style of a picture: in the file itself, since nothing is loaded from elsewhere. Each rule is of `.trueup` alone, so that
 * a page around it keeps its own. Text has a contrast of at least 4.5 to 1 on every fill, by day and by night.
 */
import type { Mark } from './picture.ts';

interface Colors {
  readonly page: string;
  readonly text: string;
  readonly faint: string;
  readonly box: string;
  readonly frame: string;
  readonly marks: Readonly<Record<Tint, readonly [fill: string, stroke: string]>>;
}

type Tint = 'create' | 'change' | 'replace' | 'remove' | 'move';

const TINTS: Readonly<Record<Mark, Tint>> = {
  create: 'create',
  update: 'change',
  restart: 'change',
  along: 'change',
  replace: 'replace',
  delete: 'remove',
  move: 'move',
};

const LIGHT: Colors = {
  page: '#ffffff',
  text: '#1f2328',
  faint: '#59636e',
  box: '#f6f8fa',
  frame: '#818b98',
  marks: {
    create: ['#dafbe1', '#1a7f37'],
    change: ['#fff8c5', '#9a6700'],
    replace: ['#fbefff', '#8250df'],
    remove: ['#ffebe9', '#cf222e'],
    move: ['#ddf4ff', '#0969da'],
  },
};

const DARK: Colors = {
  page: '#0d1117',
  text: '#f0f6fc',
  faint: '#9198a1',
  box: '#151b23',
  frame: '#656c76',
  marks: {
    create: ['#12261e', '#3fb950'],
    change: ['#2b2411', '#d29922'],
    replace: ['#271c3a', '#ab7df8'],
    remove: ['#2d1a1e', '#f85149'],
    move: ['#0c2d4d', '#4493f8'],
  },
};

/** The classes of a box: what happens to it, or nothing. */
export function boxClass(mark: Mark | null): string {
  if (mark === null) return 'box';
  return mark === 'along' ? `box ${TINTS[mark]} along` : `box ${TINTS[mark]}`;
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
