/**
 * The graph on a page: a picture in a region that scrolls, and the same in words for whoever does not see it. A picture of very
 * many boxes would keep everybody waiting and show nobody anything: then the first are drawn, and the others are counted.
 */
import { embedSvg } from '../picture/svg.ts';
import type { Picture, PictureNode } from '../picture/picture.ts';
import { plural } from '../words.ts';
import { el, type Html, trusted } from './html.ts';
import type { Section } from './page.ts';
import { scrollHtml, tableHtml } from './table.ts';

const MOST_DRAWN = 150;
/** A picture that is at most so wide is made to fit a narrower page, within reason; a wider one is scrolled. */
const FITTING = [560, 1100] as const;

export function graphSection(picture: Picture): Section {
  const drawn = shownPart(picture);
  const { svg, width } = embedSvg(drawn);
  const [least, most] = FITTING;
  const left = picture.nodes.length - drawn.nodes.length;
  const more =
    left === 0
      ? ''
      : ` Drawn are ${drawn.nodes.length} of ${plural(picture.nodes.length, 'resource')}, those that change first; all are in the list.`;
  return {
    id: 'graph',
    title: 'Graph',
    content: [
      el('p', { class: 'lead' }, `${sentence(picture.summary)}${more}`),
      scrollHtml('Graph of the resources', trusted(svg), width > least && width <= most ? 'graph fits' : 'graph'),
      el('details', { class: 'words' }, el('summary', {}, 'The same in words'), wordsTable(picture)),
    ],
  };
}

/** What changes comes first, then what it depends on. */
function shownPart(picture: Picture): Picture {
  if (picture.nodes.length <= MOST_DRAWN) return picture;
  const ranked = picture.nodes.toSorted((left, right) => Number(left.mark === null) - Number(right.mark === null));
  const kept = new Set(ranked.slice(0, MOST_DRAWN).map(({ id }) => id));
  return {
    ...picture,
    nodes: picture.nodes.filter(({ id }) => kept.has(id)),
    edges: picture.edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  };
}

function wordsTable({ nodes, edges }: Picture): Html {
  const needs = Map.groupBy(edges, ({ from }) => from);
  const rows = nodes.map((node) => [
    el('code', {}, node.id),
    happens(node),
    (needs.get(node.id) ?? []).map(({ to, label }) => (label === '' ? to : `${to} (${label})`)).join(', ') || 'nothing',
  ]);
  return tableHtml({
    caption: 'Resources and what each depends on',
    columns: ['Resource', 'What happens', 'Depends on'],
    rows,
  });
}

function happens({ mark, lines }: PictureNode): string {
  return mark === null ? 'nothing' : lines.slice(1).join('; ');
}

function sentence(text: string): string {
  return text === '' ? '' : `${text}.`;
}
