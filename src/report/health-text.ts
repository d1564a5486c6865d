/** Health for people: a line and a table for each environment; with its history, how much of the time each service was up, and what changed. */
import type { HealthStatus, ServiceRunState } from '../model/health.ts';
import { type EnvironmentHealth, type HealthChange, type ServiceHealth, type ServiceTimeline } from './health.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { type Column, renderTable } from './table.ts';
import { countList, elapsedText, momentText, plural } from './words.ts';

export interface HealthTextOptions extends RenderOptions {
  /** Milliseconds since the epoch, to tell ages. */
  readonly now: number;
}

const TONES: Readonly<Record<HealthStatus, Tone>> = {
  healthy: 'good',
  unhealthy: 'bad',
  starting: 'warning',
  unknown: 'faint',
};

const MOST_CHANGES = 20;

export function renderHealth(environments: readonly EnvironmentHealth[], options: HealthTextOptions): string {
  if (environments.length === 0) return 'No environment is declared here.';
  const paint = painter(options.color);
  return environments.map((health) => renderEnvironment(health, options, paint)).join('\n\n');
}

function renderEnvironment(health: EnvironmentHealth, options: HealthTextOptions, paint: Paint): string {
  const { environment, services, history } = health;
  const head = paint('strong', safeText(environment));
  if (services.length === 0) return `${head}: no services`;
  const words = [...Map.groupBy(services, statusText)].toSorted(([left], [right]) => orderOf(left) - orderOf(right));
  const counts = countList(words.map(([word, { length }]) => [length, word]));
  const parts = [`${head}: ${counts}\n${renderTable(columnsFor(options, paint), services, options.width)}`];
  if (history !== null) {
    const since = `since ${momentText(history.since)}`;
    parts.push(`${since}\n${renderTable(timelineColumns(), history.services, options.width)}`);
    parts.push(changesText(history.services, options, paint));
  }
  return parts.filter((part) => part !== '').join('\n\n');
}

function columnsFor(options: HealthTextOptions, paint: Paint): readonly Column<ServiceHealth>[] {
  return [
    { title: 'SERVICE', rank: 0, shrinks: true, cell: ({ address }) => safeText(address) },
    { title: 'HEALTH', rank: 0, cell: statusText, paint: (text, { status }) => paint(TONES[status], text) },
    { title: 'STATE', rank: 2, cell: ({ run_state }) => run_state },
    { title: 'FOR', rank: 3, cell: ({ since }) => ageText(since, options.now) },
    { title: 'LAST CHECK', rank: 4, cell: (row) => checkText(row, options.now) },
    { title: 'REASON', rank: 1, shrinks: true, cell: reasonText },
  ];
}

function statusText({ status, run_state }: ServiceHealth): string {
  return wordOf(status, run_state);
}

/** What runs and is not tested is no riddle. */
function wordOf(status: HealthStatus, state: ServiceRunState): string {
  if (status !== 'unknown') return status;
  return state === 'running' ? 'not checked' : 'not known';
}

function orderOf(word: string): number {
  return ['healthy', 'unhealthy', 'starting', 'not checked', 'not known'].indexOf(word);
}

function checkText({ last_check: check }: ServiceHealth, now: number): string {
  if (check === null) return '';
  const took = check.response_time_ms === null ? '' : `, took ${elapsedText(check.response_time_ms)}`;
  return `${ageText(check.timestamp, now)} ago${took}`;
}

function reasonText({ reason, status, last_check: check }: ServiceHealth): string {
  if (reason !== null) return safeText(reason);
  const last = status === 'healthy' ? '' : (check?.output?.trimEnd().split('\n').at(-1) ?? '');
  return safeText(last);
}

function timelineColumns(): readonly Column<ServiceTimeline>[] {
  return [
    { title: 'SERVICE', rank: 0, shrinks: true, cell: ({ address }) => safeText(address) },
    { title: 'UP', rank: 0, cell: ({ uptime_share: share }) => (share === null ? 'not known' : percentText(share)) },
    { title: 'DOWN FOR', rank: 1, cell: ({ down_ms: down }) => (down === 0 ? '' : elapsedText(down)) },
    {
      title: 'KNOWN FOR',
      rank: 3,
      cell: ({ up_ms: up, down_ms: down }) => (up + down === 0 ? '' : elapsedText(up + down)),
    },
    { title: 'CHANGES', rank: 2, cell: ({ changes_total: total }) => String(total) },
  ];
}

/** Never rounded up to all of the time. */
function percentText(share: number): string {
  const hundredths = share >= 1 ? 10_000 : Math.min(9999, Math.round(share * 10_000));
  return `${hundredths % 100 === 0 ? hundredths / 100 : (hundredths / 100).toFixed(2)} %`;
}

interface NamedChange extends HealthChange {
  readonly address: string;
}

function changesText(services: readonly ServiceTimeline[], options: HealthTextOptions, paint: Paint): string {
  const all = services
    .flatMap(({ address, changes }) => changes.map((change): NamedChange => ({ ...change, address })))
    .sort((left, right) => Date.parse(right.at) - Date.parse(left.at));
  const total = services.reduce((sum, { changes_total: count }) => sum + count, 0);
  const shown = options.verbose === true ? all : all.slice(0, MOST_CHANGES);
  if (shown.length === 0) return '';
  const more = total - shown.length;
  const table = renderTable(changeColumns(paint), shown, options.width);
  return more === 0 ? table : `${table}\n… and ${plural(more, 'earlier change')}`;
}

function changeColumns(paint: Paint): readonly Column<NamedChange>[] {
  return [
    { title: 'WHEN', rank: 0, cell: ({ at }) => momentText(at) },
    { title: 'SERVICE', rank: 0, shrinks: true, cell: ({ address }) => safeText(address) },
    {
      title: 'HEALTH',
      rank: 0,
      cell: ({ from, to, run_state }) => {
        const now = wordOf(to, run_state);
        return from === to ? now : `${wordOf(from, 'running')} → ${now}`;
      },
      paint: (text, { to }) => paint(TONES[to], text),
    },
    { title: 'STATE', rank: 2, cell: ({ run_state }) => run_state },
    { title: 'WHY', rank: 1, shrinks: true, cell: whyText },
  ];
}

function whyText({ reason, exit_code: code }: HealthChange): string {
  const status = code === null || code === 0 ? '' : `status ${code}`;
  return [status, safeText(reason ?? '')].filter((text) => text !== '').join(': ');
}

function ageText(since: string | null, now: number): string {
  const start = since === null ? Number.NaN : Date.parse(since);
  if (Number.isNaN(start)) return '';
  const seconds = Math.max(0, Math.floor((now - start) / 1000));
  return seconds < 60 ? `${seconds} s` : elapsedText(seconds * 1000);
}
