import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Remark } from '../../src/report/formats/findings.ts';
import { documentPage } from '../../src/report/page/document-page.ts';
import { mistakesPage } from '../../src/report/page/mistakes-page.ts';
import { pageOf } from '../support/browser/page-of.ts';
import { source } from '../support/builders.ts';
import { sharedBrowser } from '../support/browser/shared-browser.ts';
import {
  DRIFT_REPORT,
  PARITY_HISTORY,
  PARITY_MATRIX,
  PARITY_REPORT,
  PLAN_REPORT,
  RUN_REPORT,
} from '../support/sample-reports.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const MISTAKE: Remark = { rule: 'mistake/unknown_key', level: 'error', text: 'no such key', source: source(3, 5) };

const PAGES: readonly (readonly [name: string, html: string])[] = [
  ['a plan', pageOf(PLAN_REPORT)],
  ['a run', pageOf(RUN_REPORT)],
  ['drift', pageOf(DRIFT_REPORT)],
  ['a parity', documentPage(PARITY_REPORT, { mask: (text) => text, history: PARITY_HISTORY })],
  ['the history of a parity', pageOf(PARITY_HISTORY)],
  ['a matrix', pageOf(PARITY_MATRIX)],
  ['mistakes', mistakesPage({ kind: 'parity', environments: [], mistakes: [MISTAKE] })],
];
const LOOKS = [320, 1280].flatMap((width) => (['light', 'dark'] as const).map((scheme) => [width, scheme] as const));
const CASES = PAGES.flatMap(([name, html]) => LOOKS.map(([width, scheme]) => ({ name, html, width, scheme })));

const open = sharedBrowser();

/** What axe finds against any rule that it has, each with where. */
async function violationsOn(page: Page): Promise<readonly string[]> {
  const found: AxeResults = await page.evaluate(`${AXE}; axe.run(document, { resultTypes: ['violations'] })`);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

const LEVELS = `[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(({ tagName }) => Number(tagName.slice(1)))`;

/** How much wider than the screen the page is, and what colour it has. */
const SHOWN = `({
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  background: getComputedStyle(document.body).backgroundColor,
})`;

describe('a page', () => {
  it.for(CASES)('of $name breaks no rule of accessibility at $width px by $scheme', async ({ html, width, scheme }) => {
    const options = { viewport: { width, height: 900 }, colorScheme: scheme, bypassCSP: true };
    await using opened = await open(html, options);
    // All of it, the folded parts as well.
    await opened.page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');

    expect(await violationsOn(opened.page)).toEqual([]);
  });

  it.for(CASES)(
    'of $name asks nobody, says nothing and never scrolls sideways at $width px by $scheme',
    async (given) => {
      const options = { viewport: { width: given.width, height: 900 }, colorScheme: given.scheme };
      await using opened = await open(given.html, options);
      const { page } = opened;

      const shown = await page.evaluate<unknown>(SHOWN);

      expect(opened.events).toEqual([]);
      expect(shown).toEqual({
        overflow: 0,
        background: given.scheme === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(255, 255, 255)',
      });
    },
  );

  it('has one heading of the first level, and none that leaves out a level', async () => {
    for (const [, html] of PAGES) {
      await using opened = await open(html);

      const levels = await opened.page.evaluate<readonly number[]>(LEVELS);

      expect(levels.filter((level) => level === 1)).toEqual([1]);
      expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
    }
  });
});
