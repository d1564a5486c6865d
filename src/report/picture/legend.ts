/** The legend of a picture: of signs and lines, those that occur in it and no others. */
import { smallTextWidth } from './measures.ts';
import type { Mark, Picture } from './picture.ts';
import { meaningOf, signOf } from './sign.ts';
import { boxClass } from './svg-style.ts';
import { smallText } from './svg-text.ts';
import { element } from './xml.ts';

const MARKS: readonly Mark[] = [
  ...(['create', 'update', 'restart', 'replace', 'move', 'delete', 'along'] as const),
  ...(['done', 'failed', 'skipped', 'cancelled', 'not_started'] as const),
];

const SAMPLE = 30;
const ROW = 24;
const GAP = 20;

export interface Legend {
  readonly svg: readonly string[];
  readonly width: number;
  readonly height: number;
}

interface Item {
  readonly words: string;
  /** Drawn on the left of the words, on `SAMPLE` pixels. */
  sample(x: number, middle: number): string;
}

/** In rows of at most `width` from `top` on, unless one item is wider. */
export function legend(picture: Picture, width: number, top: number): Legend {
  let [x, row, widest] = [0, 0, 0];
  const items = itemsOf(picture);
  const svg = items.map(({ words, sample }) => {
    const size = SAMPLE + 6 + smallTextWidth(words);
    if (x > 0 && x + size > width) [x, row] = [0, row + 1];
    const middle = top + row * ROW + ROW / 2;
    const drawn = element('g', {}, sample(x, middle) + smallText(words, { x: x + SAMPLE + 6, y: middle + 4 }));
    x += size + GAP;
    widest = Math.max(widest, x - GAP);
    return drawn;
  });
  return { svg, width: widest, height: items.length === 0 ? 0 : (row + 1) * ROW };
}

function itemsOf({ nodes, edges }: Picture): readonly Item[] {
  const marks = new Set(nodes.map(({ mark }) => mark));
  const isPlan = [...marks].some((mark) => mark !== null);
  return [
    ...MARKS.filter((mark) => marks.has(mark)).map(markItem),
    ...(isPlan && marks.has(null) ? [boxItem(null, '', 'unchanged')] : []),
    ...(edges.some(({ optional }) => !optional) ? [lineItem('line', 'depends on')] : []),
    ...(edges.some(({ optional }) => optional) ? [lineItem('line optional', 'depends on, optional')] : []),
  ];
}

function markItem(mark: Mark): Item {
  return boxItem(mark, signOf(mark), meaningOf(mark));
}

function boxItem(mark: Mark | null, sign: string, words: string): Item {
  return {
    words,
    sample(x, middle) {
      const box = { class: boxClass(mark), x: x + 1, y: middle - 8, width: SAMPLE - 2, height: 16, rx: 4 };
      return element('rect', box) + smallText(sign, { x: x + (SAMPLE - smallTextWidth(sign)) / 2, y: middle + 4 });
    },
  };
}

function lineItem(lineClass: string, words: string): Item {
  return {
    words,
    sample(x, middle) {
      const [from, to] = [x + 1, x + SAMPLE - 1];
      return element('path', { class: lineClass, d: `M${from} ${middle}H${to}`, 'marker-end': 'url(#trueup-head)' });
    },
  };
}
