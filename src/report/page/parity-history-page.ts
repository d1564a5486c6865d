/** The page of the history of a parity: a chart of its scores, and the commits that moved them. */
import { scoreText } from '../parity-words.ts';
import type { HistoryReport } from '../reading/report.ts';
import { safeText } from '../safe-text.ts';
import { plural } from '../words.ts';
import { historySection } from './history-section.ts';
import { type PageParts, renderPage } from './page.ts';
import { toneOfParity } from './tone-of-parity.ts';

export function parityHistoryPage({ history }: HistoryReport): string {
  const { source, target, comparison_mode: mode, entries } = history;
  const last = entries.at(-1);
  return renderPage({
    kind: 'parity history',
    title: `How the parity of ${safeText(source)} and ${safeText(target)} went on`,
    facts: [mode],
    summary:
      last === undefined
        ? 'No report of this mode is kept.'
        : `${scoreText(last.score)} in the last of ${plural(entries.length, 'report')}${last.unknown ? ', not all of it known' : ''}.`,
    tone: last === undefined ? 'plain' : toneOfParity(last.overall_status, last.unknown),
    counts: countsOf(history),
    sections: [historySection(history, { isFolded: false })],
    envelope: null,
  });
}

function countsOf({ entries }: HistoryReport['history']): PageParts['counts'] {
  const count = (trend: string): number => entries.filter((entry) => entry.trend === trend).length;
  const [better, worse] = [count('better'), count('worse')];
  return [
    [entries.length, entries.length === 1 ? 'report' : 'reports'],
    [better, better === 1 ? 'time better' : 'times better'],
    [worse, worse === 1 ? 'time worse' : 'times worse'],
  ];
}
