/** Lines of text as they are, in a region of its own that scrolls. Each is one line: what would break it is escaped. */
import { el, type Html } from './html.ts';

export function textBlock(label: string, lines: readonly string[]): Html {
  const pre = el(
    'pre',
    {},
    lines.flatMap((line, index) => (index === 0 ? [line] : [NEWLINE, line])),
  );
  // There may be many of one label, so it is a group and no landmark.
  return el('div', { class: 'scroll', role: 'group', 'aria-label': label, tabindex: '0' }, pre);
}

const NEWLINE: Html = { html: '\n' };
