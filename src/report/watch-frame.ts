/** One frame of the screen of `watch`, pure: never higher nor wider than the terminal. */
import { stripVTControlCharacters } from 'node:util';
import { type Address, typeOf } from '../model/address.ts';
import type { Paint } from './paint.ts';
import { displayWidth, safeText, shorten } from './safe-text.ts';
import { ageText } from './age-text.ts';
import { STATE_TONES, stateText, stateTone } from './status-text.ts';
import type { ResourceStatus } from './status.ts';
import { type Column, renderTable } from './table.ts';
import type { Chosen, WatchedEnvironment } from './watch-state.ts';

export interface WatchFrameOptions {
  readonly columns: number;
  readonly rows: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly paint: Paint;
}

export interface WatchScreen {
  readonly environments: readonly WatchedEnvironment[];
  readonly chosen: Chosen | null;
  readonly view: 'services' | 'logs' | 'help';
  /** Of the chosen service, the newest last, safe on a terminal. */
  readonly logs: readonly string[];
  /** What was said last about the screen itself. */
  readonly note: string;
  readonly isDryRun: boolean;
  readonly isStopping: boolean;
}

const KEYS = 'p pause  f force  l logs  ↑ ↓ choose  q quit  ? help';

const HELP: readonly string[] = [
  'p      pause: saves are gathered, and nothing is changed until p is pressed again',
  'f      force: compare now, and try again what failed',
  'l      show what the chosen service writes; l again goes back',
  '↑ ↓    choose a service (also k and j)',
  'q      quit; services go on running',
  '?      this help',
];

export function watchFrame(screen: WatchScreen, options: WatchFrameOptions): string {
  const width = options.columns - 1;
  const foot = footOf(screen, options);
  const room = Math.max(1, options.rows - 1 - foot.length);
  const body = bodyOf(screen, { ...options, columns: width }, room);
  return [...body.slice(0, room), ...foot].map((line) => cut(line, width)).join('\n');
}

function bodyOf(screen: WatchScreen, options: WatchFrameOptions, room: number): readonly string[] {
  if (screen.view === 'help') return HELP;
  if (screen.view === 'logs') return logsOf(screen, options, room);
  if (screen.environments.length === 0) return ['Nothing is declared yet.'];
  const parts = screen.environments.map((environment) => environmentLines(environment, screen, options));
  return fitting(parts, room);
}

interface EnvironmentLines {
  readonly head: string;
  readonly table: readonly string[];
  /** Index of the chosen row in the table. */
  readonly chosen: number | null;
  readonly tail: readonly string[];
}

function environmentLines(
  environment: WatchedEnvironment,
  { chosen, isDryRun }: WatchScreen,
  options: WatchFrameOptions,
): EnvironmentLines {
  const { paint } = options;
  const { status, isPaused, revision, activity, problem, name } = environment;
  const state = status === null ? 'not looked at yet' : paint(STATE_TONES[status.state], status.state);
  const marks = [
    ...(revision === '' ? [] : [revision]),
    ...(isPaused ? [paint('warning', 'paused')] : []),
    ...(isDryRun ? [paint('warning', 'dry run')] : []),
  ];
  const head = [`${paint('strong', safeText(name))}: ${state}`, ...marks].join(', ');
  const shown = (status?.resources ?? []).filter(isShown);
  const isChosen = (row: ResourceStatus): boolean =>
    chosen?.environment === environment.id && chosen.address === row.address;
  const [titles = '', ...rows] =
    shown.length === 0 ? [] : renderTable(columnsOf(environment, options), shown, options.columns - 2).split('\n');
  const marked = rows.map((row, index) => {
    const resource = shown[index];
    return `${resource !== undefined && isChosen(resource) ? paint('strong', '>') : ' '} ${row}`;
  });
  const at = shown.findIndex(isChosen);
  return {
    head,
    table: shown.length === 0 ? [] : [`  ${paint('faint', titles)}`, ...marked],
    chosen: at < 0 ? null : at + 1,
    tail: [
      ...(activity === null ? [] : [`  ${paint('change', '…')} ${safeText(activity)}`]),
      ...problem.map((line, index) => `  ${index === 0 ? paint('bad', '✘') : ' '} ${line}`),
    ],
  };
}

/** Services and machines; of the rest, what is not as it should be. */
function isShown({ address, run_state: runState }: ResourceStatus): boolean {
  const type = typeOf(address);
  return type === 'service' || type === 'vm' || type === 'cluster' || runState === 'missing' || runState === 'unknown';
}

function columnsOf(
  environment: WatchedEnvironment,
  { now, paint }: WatchFrameOptions,
): readonly Column<ResourceStatus>[] {
  const change = (address: Address) => environment.changes.get(address);
  const doing = rowsUnderWay(environment);
  return [
    { title: 'SERVICE', rank: 0, shrinks: true, cell: ({ address }) => safeText(address.replace(/^service\./, '')) },
    { title: 'STATE', rank: 0, cell: (row) => stateText(row, now), paint: (text, row) => paint(stateTone(row), text) },
    { title: 'PORTS', rank: 3, shrinks: true, cell: ({ ports }) => ports.map(safeText).join(', ') },
    {
      title: 'CHANGED',
      rank: 4,
      cell: ({ address }) => agoText(change(address)?.at, now),
    },
    {
      title: 'WHY',
      rank: 2,
      shrinks: true,
      cell: ({ address, frozen, reason }) =>
        doing.get(address) ??
        (frozen === null ? safeText(change(address)?.text ?? reason ?? '') : safeText(`frozen: ${frozen.reason}`)),
    },
  ];
}

function rowsUnderWay({ run }: WatchedEnvironment): ReadonlyMap<string, string> {
  const active = (run?.all() ?? []).filter(({ state }) => state === 'running' || state === 'failed');
  return new Map(active.map(({ address, text }) => [address, text]));
}

function agoText(at: number | undefined, now: number): string {
  return at === undefined ? '' : `${ageText(new Date(at).toISOString(), now)} ago`;
}

/** Heads, what goes on and what is wrong stay; of tables as much as there is room for, around what is chosen. */
function fitting(parts: readonly EnvironmentLines[], room: number): readonly string[] {
  const fixed = parts.reduce((sum, { tail }) => sum + 1 + tail.length, 0);
  const all = parts.reduce((sum, { table }) => sum + table.length, 0);
  let left = Math.max(0, room - fixed);
  let open = all;
  return parts.flatMap(({ head, table, chosen, tail }) => {
    const share =
      all <= room - fixed
        ? table.length
        : Math.min(table.length, Math.floor((left * table.length) / Math.max(1, open)));
    left -= share;
    open -= table.length;
    return [head, ...windowOf(table, share, chosen), ...tail];
  });
}

function windowOf(table: readonly string[], count: number, chosen: number | null): readonly string[] {
  if (count >= table.length || count === 0) return table.slice(0, count);
  const [titles = '', ...rows] = table;
  const space = count - 1;
  const first = Math.max(0, Math.min((chosen ?? 1) - 1 - Math.floor(space / 2), rows.length - space));
  return [titles, ...rows.slice(first, first + space)];
}

function logsOf({ chosen, logs }: WatchScreen, { paint }: WatchFrameOptions, room: number): readonly string[] {
  const title = chosen === null ? 'No service is chosen.' : `What ${safeText(chosen.address)} writes:`;
  const lines = logs.length === 0 ? ['(nothing yet)'] : logs.slice(-Math.max(1, room - 1));
  return [paint('strong', title), ...lines];
}

function footOf({ note, isStopping }: WatchScreen, { paint }: WatchFrameOptions): readonly string[] {
  if (isStopping) return ['', 'Stopping: what has begun ends; services go on running. Ctrl-C ends at once.'];
  return ['', ...(note === '' ? [] : [safeText(note)]), paint('faint', KEYS)];
}

/** Colours count for nothing; a line that is too wide loses them with its end. */
function cut(line: string, width: number): string {
  return displayWidth(line) <= width ? line : shorten(stripVTControlCharacters(line), Math.max(1, width));
}
