/**
 * The timeline of a run: one row for each step, with a bar that shows when it went on. The table is the text of the chart, so
 * there is nothing in the bars that does not stand beside them.
 */
import type { ToldStep } from '../../model/run.ts';
import { element } from '../picture/xml.ts';
import type { ToldRun } from '../reading/report.ts';
import { stepText } from '../step-words.ts';
import { elapsedText } from '../words.ts';
import { statusBadge } from './badge.ts';
import { el, type Html, trusted } from './html.ts';
import type { Section } from './page.ts';
import { stepId } from './step-id.ts';
import { scrollHtml } from './table.ts';

/** Per cent: what took no time is still seen. */
const LEAST_BAR = 0.4;

/** None where nothing was to be done. */
export function timelineSection({ steps, started_at, duration_ms }: ToldRun): readonly Section[] {
  if (steps.length === 0) return [];
  const starts = steps.map((step) =>
    step.started_at === null ? null : Date.parse(step.started_at) - Date.parse(started_at),
  );
  const ends = steps.map(({ duration_ms: took }, index) => (starts[index] ?? 0) + took);
  const whole = ends.reduce((most, end) => Math.max(most, end), Math.max(1, duration_ms));
  const rows = steps.map((step, index) => rowHtml(step, { index, start: starts[index] ?? null, whole }));
  const columns = ['Step', 'How it ended', 'Start', 'Took'].map((name) =>
    el('th', { scope: 'col', role: 'columnheader' }, name),
  );
  const bars = el('th', { scope: 'col', role: 'columnheader', class: 'bar' }, `0 to ${elapsedText(whole)}`);
  const table = el(
    'table',
    { class: 'timeline', role: 'table' },
    el('caption', {}, 'Steps in the order of the plan'),
    el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, columns, bars)),
    el('tbody', { role: 'rowgroup' }, rows),
  );
  return [{ id: 'timeline', title: 'Timeline', content: scrollHtml('Timeline of the steps', table, 'times') }];
}

interface RowOptions {
  readonly index: number;
  /** From the start of the run; `null` where it never began. */
  readonly start: number | null;
  readonly whole: number;
}

function rowHtml(step: ToldStep, { index, start, whole }: RowOptions): Html {
  const { address, status, duration_ms } = step;
  const why = status === 'failed' ? el('a', { href: `#${stepId(index)}` }, 'why') : skippedText(step);
  return el(
    'tr',
    { role: 'row' },
    el('th', { scope: 'row', role: 'rowheader' }, el('code', {}, address), ` ${stepText(step)}`),
    el('td', { role: 'cell' }, statusBadge(status), ' ', why),
    el('td', { role: 'cell', class: 'number' }, start === null ? 'never' : `+${elapsedText(start)}`),
    el('td', { role: 'cell', class: 'number' }, start === null ? '' : elapsedText(duration_ms)),
    el('td', { role: 'cell', class: 'bar' }, start === null ? null : barHtml(step, start, whole)),
  );
}

function skippedText({ skipped_because }: ToldStep): string {
  return skipped_because === null ? '' : `because of ${skipped_because}`;
}

/** Places are per cent, so that a bar is as wide as its column, whatever that is. */
function barHtml({ status, duration_ms }: ToldStep, start: number, whole: number): Html {
  const left = Math.min(100 - LEAST_BAR, (100 * Math.max(0, start)) / whole);
  const width = Math.min(100 - left, Math.max(LEAST_BAR, (100 * duration_ms) / whole));
  const bar = { class: status, x: `${percent(left)}%`, y: 0, width: `${percent(width)}%`, height: 10, rx: 2 };
  const svg = { width: '100%', height: 10, 'aria-hidden': 'true', focusable: 'false' };
  return trusted(element('svg', svg, element('rect', bar)));
}

function percent(value: number): string {
  return String(Math.round(value * 100) / 100);
}
