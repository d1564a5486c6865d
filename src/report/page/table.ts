/** A table with a caption in a region of its own that scrolls: the page itself never does, however narrow it is. */
import { type Content, el, type Html } from './html.ts';

export interface TableParts {
  readonly caption: string;
  readonly columns: readonly string[];
  /** The first cell of each row is its heading. */
  readonly rows: readonly (readonly Content[])[];
}

export function tableHtml({ caption, columns, rows }: TableParts): Html {
  const head = el(
    'tr',
    {},
    columns.map((name) => el('th', { scope: 'col' }, name)),
  );
  const body = rows.map(([first = '', ...rest]) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, first),
      rest.map((cell) => el('td', {}, cell)),
    ),
  );
  const table = el('table', {}, el('caption', {}, caption), el('thead', {}, head), el('tbody', {}, body));
  return scrollHtml(caption, table);
}

/** Whoever has no pointer scrolls it by the keyboard. Its label is its own on the page. */
export function scrollHtml(label: string, content: Content, kind = ''): Html {
  const named = { class: `scroll ${kind}`.trim(), role: 'region', 'aria-label': label, tabindex: '0' };
  return el('div', named, content);
}
