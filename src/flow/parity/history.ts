/** The history of a parity: what was kept of one pair, with the commits between a report that got better or worse and the one before. */
import { describeCommit, findCommit } from '../../git/revisions.ts';
import { commitsBetween } from '../../git/commits-between.ts';
import type { ComparisonMode } from '../../model/parity.ts';
import {
  type KeptParity,
  type MovedSide,
  type ParityHistory,
  type ParityHistoryEntry,
  trendOf,
} from '../../report/parity-history.ts';

export interface HistoryQuery {
  /** As the command line names them. */
  readonly source: string;
  readonly target: string;
  readonly mode: ComparisonMode;
  /** The last so many. */
  readonly limit: number;
}

/** `root` is that of the repo. */
export async function historyOf(
  root: string,
  reports: readonly KeptParity[],
  { source, target, mode, limit }: HistoryQuery,
  signal: AbortSignal,
): Promise<ParityHistory> {
  const ofPair = reports.filter(
    (report) => report.source === source && report.target === target && report.comparison_mode === mode,
  );
  const entries: ParityHistoryEntry[] = [];
  for (const [index, report] of ofPair.entries()) {
    if (index < ofPair.length - limit) continue;
    const earlier = ofPair[index - 1] ?? null;
    const trend = trendOf(earlier, report);
    const isMoved = earlier !== null && (trend === 'better' || trend === 'worse');
    entries.push({ ...report, trend, moved: isMoved ? await movedSides(root, earlier, report, signal) : [] });
  }
  return { source, target, comparison_mode: mode, entries };
}

async function movedSides(
  root: string,
  earlier: KeptParity,
  later: KeptParity,
  signal: AbortSignal,
): Promise<readonly MovedSide[]> {
  const [source, target] = await Promise.all(
    (['source', 'target'] as const).map(async (side): Promise<MovedSide | null> => {
      const [before, after] = [earlier, later].map(({ revisions }) => revisions[side]?.commit ?? null);
      if (after === null || after === undefined || after === before) return null;
      // A report may come from anywhere, and this clone may lack what it names.
      const isKnown = /^[0-9a-f]{40,64}$/.test(after) && (await findCommit(root, after, signal)) !== null;
      if (!isKnown) return { side, commit: after, subject: null, commits: null };
      const { subject } = await describeCommit(root, after, signal);
      return { side, commit: after, subject, commits: await commitsBetween(root, before ?? null, after, signal) };
    }),
  );
  if (source !== null && source !== undefined && source.commit === target?.commit) return [{ ...source, side: 'both' }];
  return [source, target].filter((moved) => moved !== null && moved !== undefined);
}
