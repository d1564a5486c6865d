/** How a parity went on, as a section: a chart of the scores, and all that it shows as a table, the newest first. */
import type { ParityHistory, ParityHistoryEntry, ParityTrend } from '../parity-history.ts';
import { causeText } from '../parity-history-text.ts';
import { MOST_FIRST, scoreText, STATUS_WORDS } from '../parity-words.ts';
import { shellText } from '../shell-text.ts';
import { countList, plural } from '../words.ts';
import { tintBadge } from './badge.ts';
import { type Content, el, trusted } from './html.ts';
import type { Section } from './page.ts';
import { scoreChart } from './score-chart.ts';
import { scrollHtml, tableHtml } from './table.ts';
import { timeHtml } from './time.ts';

/** A chart of very many reports would show nobody anything: then the last are drawn. */
const MOST_DRAWN = 120;
/** A chart that is at most so wide is made to fit a narrower page; a wider one is scrolled. */
const WIDEST_FITTING = 1100;

export interface HistoryOptions {
  /** What a chart shows is read in words by who wants to know more; alone on a page it is all there is. */
  readonly isFolded: boolean;
}

export function historySection(
  { source, target, entries, turned }: ParityHistory,
  { isFolded }: HistoryOptions,
): Section {
  return { id: 'history', title: 'History', content: [entries.length === 0 ? noneHtml() : content(), turnedHtml()] };

  /** A report of the two the other way round is of another pair. */
  function turnedHtml(): Content {
    if (turned === 0) return null;
    const are = `${plural(turned, 'report')} ${turned === 1 ? 'is' : 'are'} kept the other way round: `;
    const command = ['trueup', 'parity', target, source, '--history'].map(shellText).join(' ');
    return el('p', { class: 'lead' }, are, el('code', {}, command));
  }

  function content(): Content {
    const drawn = entries.slice(-MOST_DRAWN);
    const { svg, width } = scoreChart({ title: `Parity of ${source} and ${target}`, entries: drawn });
    const left = entries.length - drawn.length;
    const table = tableHtml({
      caption: 'Each report, the newest first',
      columns: ['When', 'Parity', 'Since', 'By', 'Status', 'Differences', 'Report'],
      rows: entries.toReversed().map(rowOf),
    });
    const lead = `One point for each of ${plural(entries.length, 'report')}, the oldest first.`;
    return [
      el('p', { class: 'lead' }, left === 0 ? lead : `${lead} Drawn are the last ${drawn.length}.`),
      scrollHtml('Chart of the scores', trusted(svg), width <= WIDEST_FITTING ? 'graph fits' : 'graph'),
      isFolded ? el('details', { class: 'words' }, el('summary', {}, 'The same in words'), table) : table,
    ];
  }
}

function noneHtml(): Content {
  return el('p', { class: 'lead' }, 'No report is kept.');
}

function rowOf(entry: ParityHistoryEntry): readonly Content[] {
  const { id, timestamp, score, overall_status: status, severities, unknown, trend } = entry;
  return [
    el('span', { class: 'number' }, timeHtml(timestamp)),
    el('span', { class: 'number' }, scoreText(score)),
    trendHtml(trend),
    el('span', { class: 'cause' }, causeText(entry)),
    `${STATUS_WORDS[status]}${unknown ? ', not all of it known' : ''}`,
    countList(MOST_FIRST.map((severity) => [severities[severity], severity])),
    el('code', {}, id),
  ];
}

function trendHtml(trend: ParityTrend): Content {
  switch (trend) {
    case 'better':
      return tintBadge('▲ better', 'create');
    case 'worse':
      return tintBadge('▼ worse', 'remove');
    case 'first':
    case 'same':
      return null;
    default:
      return trend satisfies never;
  }
}
