/**
 * The page of a plan, or of a parity, of 1,000 resources: how long it takes to make, and how long Chromium takes to open it, until it
 * is loaded and until it has painted. Prints medians as JSON. `node bench/page.ts [RESOURCES] [plan|parity]`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { parseJson } from '../src/model/json.ts';
import type { ParitySide } from '../src/model/parity.ts';
import { parityDocument } from '../src/report/parity-document.ts';
import { planDocument } from '../src/report/plan-document.ts';
import { renderReportPage } from '../src/report/page/render-page.ts';
import { readReport } from '../src/report/reading/read-report.ts';
import { launchBrowser } from '../test/support/browser/open-page.ts';
import { change, creation, difference, plan, removal } from '../test/support/builders.ts';
import { parityOf, port as portOf, resource, side } from '../test/support/parity/sides.ts';

const RUNS = 5;
const count = Number(process.argv[2] ?? 1000);
const kind = process.argv[3] === 'parity' ? 'parity' : 'plan';

/** A tree of services, in which most restart for two fields, some are made and some go. */
const changes = Array.from({ length: count }, (_none, index) => {
  const address = `service.s${index}` as const;
  const depends_on = index === 0 ? [] : [`service.s${Math.floor((index - 1) / 4)}` as const];
  if (index % 10 === 8) return creation(address, { process: { command: ['node', 'server.js'] } }, { depends_on });
  if (index % 10 === 9) return removal(address);
  const differences = [
    difference(['environment_variables', 'LOG_LEVEL'], { before: 'info', after: 'debug' }),
    difference(['process', 'command'], { before: ['node', 'a.js'], after: ['node', 'b.js'] }),
  ];
  return change(address, { differences, depends_on });
});

/** The same services on both sides, of which all differ in what counts and in what does not. */
function parityText(): string {
  const sideOf = (environment: string, version: string, port: number): ParitySide =>
    side(
      Array.from({ length: count }, (_none, index) =>
        resource(
          `service.s${index}`,
          {
            container: { image: `registry.example/app${index % 40}:${version}` },
            environment_variables: { LOG_LEVEL: 'info', REGION: environment },
            networking: { ports: { '80/tcp': portOf(port + index, 80) } },
          },
          { locate: () => ({ ...AT, file: `environments/${environment}/s${index}.yaml` }) },
        ),
      ),
      { environment, label: environment },
    );
  return JSON.stringify(parityDocument(parityOf(sideOf('local', '1.4.2', 8000), sideOf('staging', '2.0.0', 18000))));
}

const AT = { file: '', start: { line: 4, column: 12 }, end: { line: 4, column: 40 } };
const text = kind === 'parity' ? parityText() : JSON.stringify(planDocument(plan({ changes })));

interface Opened {
  readonly load_ms: number;
  readonly paint_ms: number;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function made(): { readonly html: string; readonly ms: number } {
  const started = performance.now();
  const html = renderReportPage(readReport(parseJson(text), `${kind}.json`));
  return { html, ms: performance.now() - started };
}

/** By the browser's own clock, from the request for the page on; each time in a new context. */
async function open(browser: Browser, url: string): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(url);
  const opened = await page.evaluate<Opened>(OPENED);
  await context.close();
  return opened;
}

const OPENED = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    const [navigation] = performance.getEntriesByType('navigation');
    const paint = list.getEntries().find(({ name }) => name === 'first-contentful-paint');
    if (paint !== undefined) resolve({ load_ms: navigation.loadEventEnd, paint_ms: paint.startTime });
  }).observe({ type: 'paint', buffered: true });
})`;

const folder = mkdtempSync(join(tmpdir(), 'trueup-bench-page-'));
const browser = await launchBrowser();
try {
  const pages = Array.from({ length: RUNS }, made);
  const file = join(folder, 'page.html');
  writeFileSync(file, pages[0]?.html ?? '');
  const opened: Opened[] = [];
  for (let run = 0; run < RUNS; run += 1) opened.push(await open(browser, pathToFileURL(file).href));
  const rounded = (values: readonly number[]): number => Math.round(median(values));
  console.log(
    JSON.stringify({
      kind,
      resources: count,
      kilobytes: Math.round(Buffer.byteLength(pages[0]?.html ?? '') / 1024),
      render_ms: rounded(pages.map(({ ms }) => ms)),
      first_render_ms: Math.round(pages[0]?.ms ?? Number.NaN),
      load_ms: rounded(opened.map(({ load_ms }) => load_ms)),
      paint_ms: rounded(opened.map(({ paint_ms }) => paint_ms)),
      open_ms: rounded(opened.map(({ load_ms, paint_ms }) => Math.max(load_ms, paint_ms))),
    }),
  );
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
