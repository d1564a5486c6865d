/** One frame of the live table: as many rows as the terminal has room for, the most telling first to stay. */
import type { LiveRow, RowState } from './live-rows.ts';
import type { Paint, Tone } from './paint.ts';
import { displayWidth, padded, safeText, shorten } from './safe-text.ts';
import { countList, elapsedText } from './words.ts';

export interface FrameOptions {
  readonly columns: number;
  readonly rows: number;
  readonly now: number;
  readonly paint: Paint;
  readonly stopping?: boolean;
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const;
const SPIN_MS = 100;
const LONGEST_ADDRESS = 40;

const SIGNS: Readonly<Record<Exclude<RowState, 'running'>, readonly [sign: string, tone: Tone]>> = {
  waiting: ['·', 'faint'],
  done: ['✔', 'good'],
  failed: ['✘', 'bad'],
  skipped: ['-', 'warning'],
  cancelled: ['-', 'warning'],
};

/** Which rows are shown when there is no room for all, the first of these first. */
const IMPORTANCE: readonly RowState[] = ['failed', 'running', 'cancelled', 'skipped', 'done', 'waiting'];

export function liveFrame(rows: readonly LiveRow[], options: FrameOptions): string {
  const room = Math.max(1, options.rows - 2);
  const shown = rows.length <= room ? rows : mostTelling(rows, room);
  const widest = shown.reduce((width, row) => Math.max(width, displayWidth(safeText(row.address))), 0);
  const column = Math.min(widest, LONGEST_ADDRESS, Math.floor(options.columns / 2));
  return [...shown.map((row) => rowText(row, column, options)), countText(rows, options)].join('\n');
}

/** In the order of the plan, without the least telling; what finished last is more telling than what finished first. */
function mostTelling(rows: readonly LiveRow[], room: number): readonly LiveRow[] {
  const ranked = rows.toSorted(
    (left, right) =>
      IMPORTANCE.indexOf(left.state) - IMPORTANCE.indexOf(right.state) || (right.endedAt ?? 0) - (left.endedAt ?? 0),
  );
  const kept = new Set(ranked.slice(0, room));
  return rows.filter((row) => kept.has(row));
}

/** Never wider than the terminal less one column, so that no line wraps by itself. */
function rowText(row: LiveRow, column: number, { columns, now, paint }: FrameOptions): string {
  const spin = SPINNER[Math.floor(now / SPIN_MS) % SPINNER.length] ?? '';
  const [sign, tone] = row.state === 'running' ? ([spin, 'change'] as const) : SIGNS[row.state];
  const time = row.startedAt === null ? '' : elapsedText((row.endedAt ?? now) - row.startedAt);
  const address = padded(shorten(safeText(row.address), column), column);
  const room = columns - 1 - 3 - column - 2 - 10;
  const text = room > 0 ? padded(shorten(row.text, room), room) : '';
  return ` ${paint(tone, sign)} ${address}  ${text}${paint('faint', time.padStart(10))}`.trimEnd();
}

function countText(rows: readonly LiveRow[], { columns, stopping }: FrameOptions): string {
  const count = (state: RowState): number => rows.filter((row) => row.state === state).length;
  const states: readonly RowState[] = ['done', 'running', 'waiting', 'failed', 'skipped', 'cancelled'];
  const text = countList(states.map((state) => [count(state), state] as const));
  const note = stopping === true ? '; stopping, Ctrl-C again ends at once' : '';
  return shorten(` ${text} of ${rows.length}${note}`, columns - 1);
}
