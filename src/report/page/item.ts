/** One entry of a list, folded: a sign, an address, what and why in a line, and a badge; the rest opens below. */
import { type Content, el, type Html } from './html.ts';

export interface ItemOptions {
  readonly filterClass: string;
  readonly isOpen: boolean;
}

export interface Item {
  readonly sign: string;
  /** The class of its colour. */
  readonly tint: string;
  readonly address: string;
  readonly what: string;
  readonly why: string;
  readonly badge: Html;
  readonly content: Content;
}

export function itemHtml({ sign, tint, address, what, why, badge, content }: Item, options: ItemOptions): Html {
  const summary = el(
    'summary',
    {},
    el('span', { class: `sign ${tint}`, 'aria-hidden': 'true' }, sign),
    ' ',
    el(
      'span',
      { class: 'head' },
      el('strong', {}, el('code', {}, address)),
      ` ${what}`,
      why === '' ? null : [' ', el('span', { class: 'why' }, why)],
    ),
    ' ',
    badge,
  );
  const itemClass = `item ${options.filterClass}`;
  return el(
    'details',
    { class: itemClass, open: options.isOpen ? true : null },
    summary,
    el('div', { class: 'body' }, content),
  );
}
