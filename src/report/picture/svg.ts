/**
 * A picture as one SVG file: no scripts, nothing from elsewhere, nothing of others but text. Equal pictures give equal bytes.
 * Who cannot see it hears title and description; who can finds in each box by sign and words what its colour says.
 */
import { plural } from '../words.ts';
import { legend } from './legend.ts';
import { labelSize, LINE, PADDING, smallTextWidth, textWidth } from './measures.ts';
import type { Picture, PictureEdge, PictureNode } from './picture.ts';
import { type Box, layOut, type PlacedEdge } from './picture-layout.ts';
import { boxClass, SVG_STYLE } from './svg-style.ts';
import { lineText, smallText } from './svg-text.ts';
import { element, escapeXml, short } from './xml.ts';

const MARGIN = 20;
const TITLE = 20;
const SUMMARY = 20;
/** A legend wraps at the width of the picture, but not before this. */
const LEAST_WIDTH = 480;
/** So many sentences are read out; a thousand would be no description. */
const MOST_TOLD = 40;

export function renderSvg(picture: Picture): string {
  return drawn(picture, true).svg;
}

export interface EmbeddedSvg {
  readonly svg: string;
  /** In pixels, as it would lie on a page of any width. */
  readonly width: number;
}

/** The same for a page that has `SVG_STYLE` and its own heading. Its ids are fixed: a page holds one. */
export function embedSvg(picture: Picture): EmbeddedSvg {
  return drawn(picture, false);
}

function drawn(picture: Picture, isFile: boolean): EmbeddedSvg {
  const layout = layOut(picture);
  const { title, summary, nodes } = picture;
  const textSize = isFile ? Math.max(textWidth(title), smallTextWidth(summary)) : 0;
  const heading = isFile ? TITLE + SUMMARY : 0;
  const key = legend(picture, Math.max(LEAST_WIDTH, layout.width, textSize), heading);
  const top = heading + key.height + 16;
  const width = Math.max(layout.width, key.width, textSize) + 2 * MARGIN;
  const height = top + layout.height + 2 * MARGIN;
  const graph = [
    ...layout.edges.map(lineSvg),
    ...nodes.map((node) => nodeSvg(node, layout.boxes.get(node.id))),
    ...layout.edges.map(labelSvg),
  ];
  const content = [
    element('title', { id: 'trueup-title' }, escapeXml(title)),
    element('desc', { id: 'trueup-told' }, escapeXml(told(picture))),
    isFile ? element('style', {}, SVG_STYLE) : '',
    element('defs', {}, HEAD),
    element('rect', { class: 'page', width, height }),
    `<g transform="translate(${MARGIN} ${MARGIN})">`,
    isFile ? lineText(title, { x: 0, y: 14 }, 'title') : '',
    isFile ? smallText(summary, { x: 0, y: TITLE + 14 }) : '',
    ...key.svg,
    `<g transform="translate(0 ${top})">`,
    ...graph,
    '</g>',
    '</g>',
  ];
  const size = { width, height, viewBox: `0 0 ${short(width)} ${short(height)}` };
  const names = { 'aria-labelledby': 'trueup-title', 'aria-describedby': 'trueup-told' };
  const root = { xmlns: 'http://www.w3.org/2000/svg', class: 'trueup', role: 'img', ...names, ...size };
  const lines = content.filter((part) => part !== '');
  return { svg: element('svg', root, `\n${lines.join('\n')}\n`), width };
}

const HEAD = element(
  'marker',
  { id: 'trueup-head', viewBox: '0 0 8 8', refX: 8, refY: 4, markerWidth: 8, markerHeight: 8, orient: 'auto' },
  element('path', { class: 'head', d: 'M0 0L8 4L0 8z' }),
);

function nodeSvg({ mark, lines, told: sentences }: PictureNode, box: Box | undefined): string {
  if (box === undefined) return '';
  const { x, y, width, height } = box;
  const texts = lines.map((line, index) => {
    const place = { x: x + PADDING, y: y + PADDING / 2 + 13 + index * LINE };
    return lineText(line, place, index === 0 ? 'name' : '');
  });
  const title = element('title', {}, escapeXml(sentences.join('; ')));
  return element(
    'g',
    {},
    [title, element('rect', { class: boxClass(mark), x, y, width, height, rx: 6 }), ...texts].join(''),
  );
}

function lineSvg({ edge, points }: PlacedEdge): string {
  const lineClass = edge.optional ? 'line optional' : 'line';
  const path = element('path', { class: lineClass, d: pathData(points), 'marker-end': 'url(#trueup-head)' });
  return element('g', {}, element('title', {}, escapeXml(edgeText(edge))) + path);
}

/** Labels lie over all lines, on the colour of the page. */
function labelSvg({ edge, label }: PlacedEdge): string {
  if (label === null) return '';
  const { width, height } = labelSize(edge.label);
  const ground = { class: 'page', x: label.x - width / 2, y: label.y - height / 2, width, height };
  const place = { x: label.x - smallTextWidth(edge.label) / 2, y: label.y + 4 };
  return element('rect', ground) + smallText(edge.label, place);
}

function pathData(points: PlacedEdge['points']): string {
  return points
    .map(([x, y], index) => {
      const before = points[index - 1];
      if (before === undefined) return `M${short(x)} ${short(y)}`;
      if (before[0] === x && before[1] === y) return '';
      if (index % 2 === 1 || before[1] === y) return `L${short(x)} ${short(y)}`;
      const middle = short((before[0] + x) / 2);
      return `C${middle} ${short(before[1])} ${middle} ${short(y)} ${short(x)} ${short(y)}`;
    })
    .join('');
}

function told({ summary, nodes, edges }: Picture): string {
  const changes = nodes.filter(({ mark }) => mark !== null).flatMap((node) => node.told);
  const sentences = [...changes, ...edges.map(edgeText)];
  const more = sentences.length - MOST_TOLD;
  const end = more > 0 ? [`and ${plural(more, 'more sentence')}`] : [];
  return [summary, ...sentences.slice(0, MOST_TOLD), ...end].map((sentence) => `${sentence}.`).join(' ');
}

function edgeText({ from, to, label }: PictureEdge): string {
  return label === '' ? `${from} uses ${to}` : `${from} depends on ${to} (${label})`;
}
