/** The history of a parity for people: the scores as a line of bars, and a table with the commits that moved them, the newest first. */
import { painter, type Tone } from './paint.ts';
import type { MovedSide, ParityCause, ParityHistory, ParityHistoryEntry, ParityTrend } from './parity-history.ts';
import { MOST_FIRST, scoreText, STATUS_WORDS } from './parity-words.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import { type Column, renderTable } from './table.ts';
import { countList, momentText, plural } from './words.ts';

const BARS = '▁▂▃▄▅▆▇█';

const TONES: Readonly<Record<ParityTrend, Tone>> = { first: 'faint', same: 'faint', better: 'good', worse: 'bad' };

export interface HistoryTextOptions extends RenderOptions {
  /** Whether all that can be searched was. */
  readonly isThorough: boolean;
}

export function renderParityHistory(history: ParityHistory, options: HistoryTextOptions): string {
  const { source, target, comparison_mode: mode, entries } = history;
  const paint = painter(options.color);
  const head = paint('strong', `${safeText(source)} and ${safeText(target)} (${mode}):`);
  const last = entries.at(-1);
  if (last === undefined) {
    return `${head} no report of this mode is kept. \`trueup parity\` writes one each time.${turnedText(history)}`;
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
    { title: 'BY', rank: 1, shrinks: true, cell: causeText },
  ];
  const line = `${head} ${scoreText(last.score)} in the last of ${plural(entries.length, 'report')}  ${sparkline(entries)}`;
  const table = renderTable(columns, entries.toReversed(), options.width);
  const isOpen = entries.some(({ moved }) => moved.some(({ commits }) => commits === null || commits > 1));
  const hint = isOpen && !options.isThorough ? '\n\n`--bisect` finds the one of several commits that did it.' : '';
  return `${line}\n\n${table}${hint}`;
}

/** A report of the two the other way round is of another pair. */
function turnedText({ source, target, turned }: ParityHistory): string {
  if (turned === 0) return '';
  const are = `${plural(turned, 'report')} ${turned === 1 ? 'is' : 'are'}`;
  return `\n${are} kept the other way round: \`trueup parity ${safeText(target)} ${safeText(source)} --history\`.`;
}

/** One bar for each report, the oldest first; `?` where not everything was seen. */
function sparkline(entries: readonly Pick<ParityHistoryEntry, 'score' | 'unknown'>[]): string {
  return entries
    .map(({ score, unknown }) => {
      const at = Math.min(BARS.length - 1, Math.max(0, Math.floor((score ?? 0) * BARS.length)));
      return unknown || score === null ? '?' : (BARS[at] ?? '');
    })
    .join('');
}

function scoreCell({ score, unknown }: ParityHistoryEntry): string {
  return `${scoreText(score)}${unknown && score !== null ? '?' : ''}`;
}

function trendCell({ trend }: ParityHistoryEntry): string {
  return trend === 'better' || trend === 'worse' ? trend : '';
}

const OTHER_CAUSES: Readonly<Record<Exclude<ParityCause, 'commits'>, string>> = {
  uncommitted: 'changes that nobody had committed',
  elsewhere: 'no commit',
};

/** What made it better or worse; empty where it is as it was. */
export function causeText({ cause, moved }: ParityHistoryEntry): string {
  return cause === null || cause === 'commits' ? moved.map(movedText).join('; ') : OTHER_CAUSES[cause];
}

/** `1a2b3c4 Pin the database`, `target at 1a2b3c4 Pin the database`, and of several `1a2b3c4..5d6e7f8 (3 commits)`. */
function movedText({ side, since, commit, subject, commits }: MovedSide): string {
  const whose = side === 'both' ? '' : `${side} at `;
  const last = commit.slice(0, 7);
  if (commits !== null && commits > 1 && since !== null) {
    return `${whose}${since.slice(0, 7)}..${last} (${plural(commits, 'commit')})`;
  }
  return `${whose}${last}${subject === null ? '' : ` ${safeText(subject)}`}`;
}
