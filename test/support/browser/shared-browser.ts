/** One Chromium for all tests of a file. Where there is none, none is started: the tests are skipped by name. */
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { findChromium } from './chromium.ts';
import { launchBrowser, type OpenedPage, openPage } from './open-page.ts';

export type OpenPage = (html: string, options?: BrowserContextOptions) => Promise<OpenedPage>;

/** Called at the top of a file. */
export function sharedBrowser(): OpenPage {
  let browser: Browser | null = null;

  beforeAll(async () => {
    if (findChromium() !== null) browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  return (html, options) => {
    if (browser === null) throw new Error('no browser was started');
    return openPage(browser, html, options);
  };
}
