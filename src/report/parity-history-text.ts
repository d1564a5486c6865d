/** The history of a parity for people: the scores as a line of bars, and a table with the commits that moved them, the newest first. */
import { painter, type Tone } from './paint.ts';
import type { MovedSide, ParityHistory, ParityHistoryEntry, ParityTrend } from './parity-history.ts';
import { MOST_FIRST, scoreText, STATUS_WORDS } from './parity-words.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { type Column, renderTable } from './table.ts';
import { countList, momentText, plural } from './words.ts';

const BARS = '▁▂▃▄▅▆▇█';

const TONES: Readonly<Record<ParityTrend, Tone>> = { first: 'faint', same: 'faint', better: 'good', worse: 'bad' };

export function renderParityHistory(history: ParityHistory, options: RenderOptions): string {
  const { source, target, comparison_mode: mode, entries } = history;
  const paint = painter(options.color);
  const head = paint('strong', `${safeText(source)} and ${safeText(target)} (${mode}):`);
  const last = entries.at(-1);
  if (last === undefined) {
    return `${head} no report of this mode is kept. \`trueup parity\` writes one each time.`;
  }
  const columns: readonly Column<ParityHistoryEntry>[] = [
    { title: 'WHEN', rank: 1, cell: ({ timestamp }) => momentText(timestamp) },
    { title: 'PARITY', rank: 0, cell: scoreCell },
    { title: 'STATUS', rank: 2, cell: ({ overall_status: status }) => STATUS_WORDS[status] },
    {
      title: 'DIFFERENCES',
      rank: 3,
      cell: ({ severities }) => countList(MOST_FIRST.map((severity) => [severities[severity], severity])),
    },
    { title: 'SINCE', rank: 0, cell: trendCell, paint: (text, { trend }) => paint(TONES[trend], text) },
    { title: 'BY', rank: 1, shrinks: true, cell: ({ moved }) => moved.map(movedText).join('; ') },
  ];
  const line = `${head} ${scoreText(last.score)} in the last of ${plural(entries.length, 'report')}  ${sparkline(entries)}`;
  return `${line}\n\n${renderTable(columns, entries.toReversed(), options.width)}`;
}

/** One bar for each report, the oldest first; `?` where not everything was seen. */
function sparkline(entries: readonly Pick<ParityHistoryEntry, 'score' | 'unknown'>[]): string {
  return entries
    .map(({ score, unknown }) => {
      const at = Math.min(BARS.length - 1, Math.max(0, Math.floor(score * BARS.length)));
      return unknown ? '?' : (BARS[at] ?? '');
    })
    .join('');
}

function scoreCell({ score, unknown }: ParityHistoryEntry): string {
  return `${scoreText(score)}${unknown ? '?' : ''}`;
}

function trendCell({ trend }: ParityHistoryEntry): string {
  return trend === 'better' || trend === 'worse' ? trend : '';
}

/** `1a2b3c4 Pin the database`, `target at 1a2b3c4 Pin the database (and 2 more commits)`. */
function movedText({ side, commit, subject, commits }: MovedSide): string {
  const others = commits === null || commits < 2 ? '' : ` (and ${plural(commits - 1, 'more commit')})`;
  const whose = side === 'both' ? '' : `${side} at `;
  return `${whose}${commit.slice(0, 7)}${subject === null ? '' : ` ${safeText(subject)}`}${others}`;
}
