/**
 * The scores of a parity as a line: one point for each report, and the commit at each point at which it got better or worse. What
 * was not seen as a whole has a question mark, and the line to it is broken. Every point says in words what its place and colour say.
 */
import type { ParityHistoryEntry } from '../parity-history.ts';
import { causeText } from '../parity-history-text.ts';
import { scoreText, STATUS_WORDS } from '../parity-words.ts';
import { element, escapeXml, short } from '../picture/xml.ts';
import { timeText } from './time.ts';

export interface ScoreChart {
  readonly title: string;
  /** The oldest first. */
  readonly entries: readonly ParityHistoryEntry[];
}

export interface DrawnChart {
  readonly svg: string;
  /** In pixels, as it would lie on a page of any width. */
  readonly width: number;
}

const LEFT = 56;
const RIGHT = 48;
const TOP = 60;
const BOTTOM = 36;
const PLOT = 160;
/** Below one another are two lanes of commits, so that those of neighbours do not meet. */
const LANES = [14, 34] as const;
const STEP = { least: 40, most: 160 } as const;
const FITTING = 1000;
const LEAST_WIDTH = 520;
/** Between two dates. */
const LEAST_LABEL = 96;
const GRID = [0, 0.5, 1] as const;

export function scoreChart({ title, entries }: ScoreChart): DrawnChart {
  const gaps = Math.max(1, entries.length - 1);
  const step = Math.min(STEP.most, Math.max(STEP.least, (FITTING - LEFT - RIGHT) / gaps));
  const width = Math.max(LEAST_WIDTH, LEFT + gaps * step + RIGHT);
  const height = TOP + PLOT + BOTTOM;
  const points = entries.map((entry, index): Point => ({ entry, x: LEFT + index * step, y: yOf(entry.score) }));
  const content = [
    element('title', { id: 'history-chart' }, escapeXml(title)),
    element('desc', { id: 'history-told' }, escapeXml(told(entries))),
    element('rect', { class: 'page', width, height }),
    ...GRID.map((score) => gridSvg(score, width - RIGHT / 2)),
    ...points.slice(1).map((point, index) => lineSvg(points[index], point)),
    ...causesSvg(points),
    ...points.map(pointSvg),
    ...datesSvg(points, step),
  ];
  const size = { width, height, viewBox: `0 0 ${short(width)} ${short(height)}` };
  const names = { 'aria-labelledby': 'history-chart', 'aria-describedby': 'history-told' };
  const root = { xmlns: 'http://www.w3.org/2000/svg', class: 'trueup chart', role: 'img', ...names, ...size };
  return { svg: element('svg', root, content.join('')), width };
}

interface Point {
  readonly entry: ParityHistoryEntry;
  readonly x: number;
  readonly y: number;
}

/** Of nothing that is known the place is as good as any. */
function yOf(score: number | null): number {
  return TOP + (1 - (score ?? 0)) * PLOT;
}

function gridSvg(score: number, end: number): string {
  const y = yOf(score);
  const line = element('path', { class: 'grid', d: `M${LEFT - 8} ${short(y)}L${short(end)} ${short(y)}` });
  return line + textSvg(scoreText(score), { x: LEFT - 14, y: y + 4 }, 'end');
}

/** Nobody knows how it was between what was seen and what was not. */
function lineSvg(from: Point | undefined, to: Point): string {
  if (from === undefined) return '';
  const known = isKnown(from.entry) && isKnown(to.entry);
  const d = `M${short(from.x)} ${short(from.y)}L${short(to.x)} ${short(to.y)}`;
  return element('path', { class: known ? 'line' : 'line optional', d });
}

function pointSvg({ entry, x, y }: Point): string {
  const { trend } = entry;
  const kind = trend === 'better' ? ' create' : trend === 'worse' ? ' remove' : '';
  const title = element('title', {}, escapeXml(pointText(entry)));
  if (!isKnown(entry))
    return element(
      'g',
      {},
      title + element('circle', { class: 'box', cx: x, cy: y, r: 8 }) + textSvg('?', { x, y: y + 4 }, 'middle'),
    );
  return element('g', {}, title + element('circle', { class: `point${kind}`, cx: x, cy: y, r: kind === '' ? 4 : 6 }));
}

/** Above the plot, with a thread down to the point. */
function causesSvg(points: readonly Point[]): readonly string[] {
  const moved = points.filter(({ entry }) => entry.cause !== null);
  return moved.map(({ entry, x, y }, index) => {
    const lane = LANES[index % LANES.length] ?? LANES[0];
    const thread = element('path', { class: 'thread', d: `M${short(x)} ${lane + 5}L${short(x)} ${short(y - 8)}` });
    const text = `${entry.trend === 'worse' ? '▼' : '▲'} ${causeLabel(entry)}`.trimEnd();
    return thread + textSvg(text, { x, y: lane }, 'middle');
  });
}

/** `1a2b3c4`; `..1a2b3c4` for one of several up to that; nothing where it was no commit. */
function causeLabel({ cause, moved }: ParityHistoryEntry): string {
  if (cause === 'uncommitted') return 'dirty';
  const [first] = moved;
  if (first === undefined) return '';
  const isOneOf = first.since !== null && first.commits !== 1;
  return `${isOneOf ? '..' : ''}${first.commit.slice(0, 7)}${moved.length > 1 ? '…' : ''}`;
}

/** The first and the last, and of those between as many as have room. */
function datesSvg(points: readonly Point[], step: number): readonly string[] {
  const every = Math.ceil(LEAST_LABEL / step);
  const last = points.length - 1;
  return points.flatMap(({ entry, x }, index) => {
    const isShown = index === last || (index % every === 0 && last - index >= every);
    return isShown ? [textSvg(timeText(entry.timestamp).slice(0, 10), { x, y: TOP + PLOT + 24 }, 'middle')] : [];
  });
}

function textSvg(text: string, { x, y }: { readonly x: number; readonly y: number }, anchor: 'middle' | 'end'): string {
  return element('text', { class: 'small', x, y, 'text-anchor': anchor }, escapeXml(text));
}

function pointText(entry: ParityHistoryEntry): string {
  const { timestamp, score, overall_status: status, trend } = entry;
  const known = isKnown(entry) ? '' : ', not all of it known';
  const since = trend === 'better' || trend === 'worse' ? `, ${trend} by ${causeText(entry)}` : '';
  return `${timeText(timestamp)}: ${scoreText(score)}, ${STATUS_WORDS[status]}${known}${since}`;
}

function isKnown({ unknown, score }: ParityHistoryEntry): boolean {
  return !unknown && score !== null;
}

/** What a chart says at a glance; the table has the rest. */
function told(entries: readonly ParityHistoryEntry[]): string {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return 'There are no reports.';
  const count = (trend: string): number => entries.filter((entry) => entry.trend === trend).length;
  return [
    `From ${scoreText(first.score)} on ${timeText(first.timestamp)} to ${scoreText(last.score)} on ${timeText(last.timestamp)}.`,
    `It got better ${count('better')} times and worse ${count('worse')} times.`,
    'The table below says the same in words.',
  ].join(' ');
}
