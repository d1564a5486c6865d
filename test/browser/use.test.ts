import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { planDocument } from '../../src/report/plan-document.ts';
import { pageOf } from '../support/browser/page-of.ts';
import { sharedBrowser } from '../support/browser/shared-browser.ts';
import { change, difference, plan } from '../support/builders.ts';
import { PARITY_MATRIX, PARITY_REPORT, PLAN_REPORT, RUN_REPORT } from '../support/sample-reports.ts';

const open = sharedBrowser();

/** What has the focus: its text, or what it is called. */
async function focused(page: Page): Promise<string> {
  return page.evaluate<string>(FOCUSED);
}

const FOCUSED = `
  (() => {
    const at = document.activeElement;
    if (at === null || at === document.body) return '';
    const name = at.getAttribute('aria-label') ?? at.getAttribute('id') ?? at.textContent;
    return at.tagName.toLowerCase() + ' ' + name.trim();
  })()`;

async function walk(page: Page, most: number): Promise<readonly string[]> {
  const stops: string[] = [];
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (at === '') break;
    stops.push(at);
  }
  return stops;
}

async function shownItems(page: Page): Promise<readonly string[]> {
  const items = await page.locator('.item:visible > summary strong').allTextContents();
  return items.map((text) => text.trim());
}

const MANY = planDocument(
  plan({
    changes: Array.from({ length: 8 }, (_none, index) =>
      change(`service.s${index}`, { differences: [difference(['labels', 'x'])] }),
    ),
  }),
);

describe('a page', () => {
  it('is walked by the keyboard: skip link, links, notes, graph, filters, what is folded', async () => {
    await using opened = await open(pageOf(PLAN_REPORT));

    const stops = await walk(opened.page, 40);

    expect(stops).toEqual([
      'a Skip to the content',
      ...['Notes', 'Graph', 'Changes', 'Ignore rules', 'Read from'].map((title) => `a ${title}`),
      'div Graph of the resources',
      'summary The same in words',
      'input severity-all',
      'input action-all',
      expect.stringContaining('summary - volume.old will be removed'),
      expect.stringContaining('summary -/+ service.db will be replaced'),
      expect.stringContaining('summary + service.web will be created'),
      'div What each rule ignores, and why',
      'div Engines',
      'summary Files (1)',
    ]);
  });

  it('leads from the skip link to its content, and from a failed step to why', async () => {
    await using opened = await open(pageOf(RUN_REPORT));
    const { page } = opened;

    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('main main');

    await page.getByRole('link', { name: 'why' }).press('Enter');
    expect(new URL(page.url()).hash).toBe('#step-1');
    expect(await page.locator('#step-1 h3').textContent()).toBe('service.db: gate service_healthy failed after 2.5 s');
    expect(opened.events).toEqual([]);
  });

  it('opens and closes what is folded with Enter', async () => {
    await using opened = await open(pageOf(MANY));
    const { page } = opened;
    const first = page.locator('.item').first();

    expect(await first.getByText('labels.x').isVisible()).toBe(false);
    await first.locator('summary').press('Enter');
    expect(await first.getByText('labels.x').isVisible()).toBe(true);
    await first.locator('summary').press('Enter');
    expect(await first.getByText('labels.x').isVisible()).toBe(false);
  });

  it('filters by severity and action, and says where nothing is both', async () => {
    await using opened = await open(pageOf(PLAN_REPORT));
    const { page } = opened;
    const none = page.getByText('No change is both.');

    expect(await shownItems(page)).toEqual(['volume.old', 'service.db', 'service.web']);
    await page.getByRole('radio', { name: 'error 1' }).check();
    expect(await shownItems(page)).toEqual(['service.db']);
    expect(await none.isVisible()).toBe(false);
    await page.getByRole('radio', { name: 'create 1' }).check();
    expect(await shownItems(page)).toEqual([]);
    expect(await none.isVisible()).toBe(true);
    await page.locator('#severity-all').press('Space');
    expect(await shownItems(page)).toEqual(['service.web']);
  });

  it('filters a parity by severity, status, waivers and kind, in any combination', async () => {
    await using opened = await open(pageOf(PARITY_REPORT));
    const { page } = opened;
    const none = page.getByText('No resource is all of that.');
    const all = page.locator('input[value=all]');

    expect(await shownItems(page)).toEqual(['web', 'mailerx', 'volume.data', 'cache']);
    const left: Readonly<Record<string, readonly string[]>> = {
      '#severity-warning': ['volume.data'],
      '#severity-none': ['cache'],
      '#status-missing_in_target': ['mailerx'],
      '#waived-no': ['mailerx', 'volume.data'],
      '#waived-part': ['web'],
      '#waived-yes': ['cache'],
      '#kind-service': ['web', 'mailerx', 'cache'],
    };
    for (const [id, names] of Object.entries(left)) {
      await page.locator(id).check();
      expect(await shownItems(page), id).toEqual(names);
      expect(await none.isVisible()).toBe(false);
      for (const each of await all.all()) await each.check();
    }

    // Each two of the three have something in common.
    for (const id of ['#status-different', '#waived-no', '#kind-service']) await page.locator(id).check();
    expect(await shownItems(page)).toEqual([]);
    expect(await none.isVisible()).toBe(true);
    await page.locator('#waived-part').check();
    expect(await shownItems(page)).toEqual(['web']);
    expect(await none.isVisible()).toBe(false);
  });

  it('has the two sides of a difference beside each other, below each other where it is narrow', async () => {
    const tops = async (width: number): Promise<readonly number[]> => {
      await using opened = await open(pageOf(PARITY_REPORT), { viewport: { width, height: 900 } });
      const sides = opened.page.locator('.sides').first().locator('p');
      const boxes = await Promise.all((await sides.all()).map((side) => side.boundingBox()));
      return boxes.map((box) => Math.round(box?.y ?? Number.NaN));
    };
    const [wide, narrow] = [await tops(1280), await tops(320)];

    expect(wide[0]).toBe(wide[1]);
    expect(narrow[1]).toBeGreaterThan(narrow[0] ?? Number.NaN);
  });

  it('leads from a score of a matrix to its pair', async () => {
    await using opened = await open(pageOf(PARITY_MATRIX));
    const { page } = opened;

    await page.getByRole('link', { name: 'local and local@HEAD: 100 %' }).press('Enter');

    const at = page.locator(new URL(page.url()).hash);
    expect(await at.textContent()).toBe('local and local@HEAD');
    expect(opened.events).toEqual([]);
  });

  it('is moved in its graph by the keyboard where that is wider than the screen', async () => {
    await using opened = await open(pageOf(PLAN_REPORT), { viewport: { width: 320, height: 700 } });
    const graph = opened.page.getByRole('region', { name: 'Graph of the resources' });

    await graph.focus();
    await opened.page.keyboard.press('ArrowRight');

    await expect
      .poll(() => opened.page.evaluate<number>('document.querySelector(".graph").scrollLeft'))
      .toBeGreaterThan(0);
  });

  it('shows on paper what is folded on a screen, and no filters', async () => {
    await using opened = await open(pageOf(MANY));
    const { page } = opened;

    await page.emulateMedia({ media: 'print' });

    expect(await page.locator('.item').first().getByText('labels.x').isVisible()).toBe(true);
    expect(await page.locator('header nav').isVisible()).toBe(false);
  });

  it('opens with 5,000 differences', async () => {
    const differences = Array.from({ length: 5000 }, (_none, index) =>
      difference(['environment_variables', `V${index}`], { before: 'x'.repeat(200), after: 'y'.repeat(200) }),
    );
    const html = pageOf(planDocument(plan({ changes: [change('service.web', { differences })] })));
    await using opened = await open(html);

    expect(await opened.page.locator('.differences > li').count()).toBe(5000);
    expect(opened.events).toEqual([]);
  });
});
