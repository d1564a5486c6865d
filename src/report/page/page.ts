/**
 * The frame of a page: one file that asks nobody for anything, runs no script, and says so itself in its policy. The style is
 * allowed by its hash, so nothing that came in by a value could restyle the page either.
 */
import { createHash } from 'node:crypto';
import type { Envelope } from '../reading/report.ts';
import { safeText } from '../safe-text.ts';
import { type Content, el, type Html, trusted } from './html.ts';
import { PAGE_STYLE } from './style.ts';
import { timeHtml } from './time.ts';

export interface Section {
  /** Its id: what a link on the page leads to. */
  readonly id: string;
  readonly title: string;
  readonly content: Content;
}

export interface PageParts {
  readonly kind: string;
  /** The one heading of the first level. */
  readonly title: string;
  /** What stands below it: of which revision, when. */
  readonly facts: readonly Content[];
  /** What to know first: one sentence, and whether it is good. */
  readonly summary: string;
  readonly tone: 'good' | 'warning' | 'bad' | 'plain';
  /** Numbers in words: `3 to replace`, `50 % parity`. What is 0 is left out. */
  readonly counts: readonly (readonly [count: number | string, words: string])[];
  readonly sections: readonly Section[];
  readonly envelope: Envelope | null;
  /** Rules for this page alone. */
  readonly style?: string;
}

export function renderPage(parts: PageParts): string {
  const style = `${PAGE_STYLE}${parts.style ?? ''}`;
  const policy = `default-src 'none'; style-src 'sha256-${digestOf(style)}'; base-uri 'none'; form-action 'none'`;
  const head = el(
    'head',
    {},
    el('meta', { charset: 'utf-8' }),
    el('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    el('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    el('meta', { name: 'color-scheme', content: 'light dark' }),
    el('meta', { name: 'referrer', content: 'no-referrer' }),
    el('title', {}, `${parts.title} · trueup`),
    el('style', {}, trusted(style)),
  );
  const body = el(
    'body',
    {},
    el('a', { class: 'skip', href: '#main' }, 'Skip to the content'),
    headerHtml(parts),
    el('main', { id: 'main', tabindex: '-1' }, parts.sections.map(sectionHtml)),
    footerHtml(parts.envelope),
  );
  return `<!doctype html>\n${el('html', { lang: 'en' }, head, body).html}\n`;
}

function headerHtml({ kind, title, facts, summary, tone, counts, sections }: PageParts): Html {
  const tiles = counts.filter(([count]) => count !== 0);
  const links = sections.map((section) => el('li', {}, el('a', { href: `#${section.id}` }, section.title)));
  return el(
    'header',
    {},
    el('p', { class: 'kicker' }, `trueup ${kind}`),
    el('h1', {}, title),
    el(
      'p',
      { class: 'facts' },
      facts.map((fact) => [el('span', {}, fact), ' ']),
    ),
    el('p', { class: `summary ${tone}` }, summary),
    tiles.length === 0
      ? null
      : el(
          'ul',
          { class: 'tiles', 'aria-label': 'Counts' },
          tiles.map(([count, words]) => el('li', {}, el('strong', {}, String(count)), ` ${words}`)),
        ),
    el('nav', { 'aria-label': 'On this page' }, el('ul', {}, links)),
  );
}

function sectionHtml({ id, title, content }: Section): Html {
  return el('section', { id, 'aria-labelledby': `${id}-title` }, el('h2', { id: `${id}-title` }, title), content);
}

function footerHtml(envelope: Envelope | null): Html {
  const made = 'Made by trueup';
  if (envelope === null) return el('footer', {}, el('p', {}, `${made}.`));
  const { id, created_at, trueup_version } = envelope;
  return el(
    'footer',
    {},
    el(
      'p',
      {},
      `${made} ${safeText(trueup_version)} from the report `,
      el('code', {}, id),
      ', written ',
      timeHtml(created_at),
      '.',
    ),
  );
}

function digestOf(style: string): string {
  return createHash('sha256').update(style).digest('base64');
}
