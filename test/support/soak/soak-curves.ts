/**
 * The curves of a soak as an SVG: memory, open files and the state folder over time, one panel each, with a mark for each
 * restart and each commit. A curve begins anew with each life of the daemon. Pure; whatever the samples hold lies inside.
 */
import type { Sample } from './sample.ts';

export interface Mark {
  /** Seconds since the soak began. */
  readonly at: number;
  readonly kind: 'commit' | 'daemon' | 'engine';
}

const WIDTH = 1000;
const LEFT = 70;
const RIGHT = 20;
const TOP = 50;
const PANEL = 150;
const GAP = 50;
const MIB = 1024 * 1024;

interface Line {
  readonly name: string;
  readonly colour: string;
  value(sample: Sample): number | null;
}

interface Panel {
  readonly unit: string;
  readonly lines: readonly Line[];
}

const PANELS: readonly Panel[] = [
  {
    unit: 'MiB',
    lines: [
      { name: 'memory', colour: '#1f6feb', value: ({ rssBytes }) => rssBytes / MIB },
      {
        name: 'heap',
        colour: '#8957e5',
        value: ({ heapBytes }) => (heapBytes === null ? null : heapBytes / MIB),
      },
    ],
  },
  {
    unit: 'count',
    lines: [
      { name: 'open files', colour: '#1a7f37', value: ({ openFiles }) => openFiles },
      { name: 'threads', colour: '#9a6700', value: ({ threads }) => threads },
    ],
  },
  {
    unit: 'KiB',
    lines: [{ name: 'state folder', colour: '#57606a', value: ({ stateBytes }) => stateBytes / 1024 }],
  },
];

const MARKS: Readonly<
  Record<Mark['kind'], { readonly colour: string; readonly dashes: string; readonly name: string }>
> = {
  commit: { colour: '#c8ccd1', dashes: '1 3', name: 'commit' },
  daemon: { colour: '#cf222e', dashes: 'none', name: 'daemon started' },
  engine: { colour: '#bf8700', dashes: '4 3', name: 'engine in trouble' },
};

export function soakCurves(title: string, samples: readonly Sample[], marks: readonly Mark[]): string {
  const end = Math.max(1, ...samples.map(({ at }) => at), ...marks.map(({ at }) => at));
  const height = TOP + PANELS.length * (PANEL + GAP);
  const x = (at: number): number => LEFT + (Math.max(0, at) / end) * (WIDTH - LEFT - RIGHT);
  const panels = PANELS.map((panel, index) => panelOf(panel, TOP + index * (PANEL + GAP), { samples, marks, end, x }));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
<text x="${LEFT}" y="18" font-size="14">${escaped(title)}</text>
${legend(32)}
${panels.join('\n')}
</svg>
`;
}

interface Frame {
  readonly samples: readonly Sample[];
  readonly marks: readonly Mark[];
  readonly end: number;
  x(at: number): number;
}

function panelOf({ unit, lines }: Panel, top: number, { samples, marks, end, x }: Frame): string {
  const bottom = top + PANEL;
  const values = samples.flatMap((sample) => lines.map((line) => line.value(sample) ?? 0)).filter(Number.isFinite);
  const most = niceAbove(Math.max(1, ...values));
  const y = (value: number): number => bottom - (Math.min(Math.max(value, 0), most) / most) * PANEL;
  const names = lines.map(({ name, colour }) => `<tspan fill="${colour}">${name}</tspan>`).join(' and ');
  const grid = [0, 0.5, 1].map(
    (share) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(most * share))}" y2="${at(y(most * share))}" stroke="#e4e7eb"/><text x="${LEFT - 6}" y="${at(y(most * share) + 4)}" text-anchor="end">${short(most * share)}</text>`,
  );
  const minutes = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text x="${at(x(end * share))}" y="${bottom + 16}" text-anchor="middle">${short((end * share) / 60)} min</text>`,
  );
  const marked = marks.map(
    (mark) =>
      `<line class="mark ${mark.kind}" x1="${at(x(mark.at))}" x2="${at(x(mark.at))}" y1="${top}" y2="${bottom}" stroke="${MARKS[mark.kind].colour}" stroke-dasharray="${MARKS[mark.kind].dashes}"/>`,
  );
  const lives = [...Map.groupBy(samples, ({ life }) => life).values()];
  const curves = lives.flatMap((life) => lines.map((line) => curveOf(line, life, x, y)));
  return [`<text x="${LEFT}" y="${top - 6}">${names} (${unit})</text>`, ...grid, ...minutes, ...marked, ...curves].join(
    '\n',
  );
}

function curveOf(
  { name, colour, value }: Line,
  samples: readonly Sample[],
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  const points = samples.flatMap((sample) => {
    const found = value(sample);
    return found === null || !Number.isFinite(found) ? [] : [`${at(x(sample.at))},${at(y(found))}`];
  });
  return `<polyline class="curve" data-of="${name}" points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
}

function legend(y: number): string {
  return Object.values(MARKS)
    .map(({ colour, dashes, name }, index) => {
      const left = LEFT + index * 160;
      return `<line x1="${left}" x2="${left + 20}" y1="${y - 4}" y2="${y - 4}" stroke="${colour}" stroke-dasharray="${dashes}" stroke-width="2"/><text x="${left + 26}" y="${y}">${name}</text>`;
    })
    .join('\n');
}

/** 1, 2 or 5 times a power of ten, at least as much. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

function at(value: number): string {
  return value.toFixed(1);
}

function short(value: number): string {
  return value < 10 && value % 1 !== 0 ? value.toFixed(1) : value.toFixed(0);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
