/**
 * The history of a parity: what was kept of one pair, each report against the last one before it that was known, with the
 * commits that made it better or worse. A and B are another pair than B and A: what is directed weighs otherwise.
 */
import { commitsBetween } from '../../git/commits-between.ts';
import { describeCommit, findCommit } from '../../git/revisions.ts';
import type { ComparisonMode } from '../../model/parity.ts';
import {
  type KeptParity,
  type MovedSide,
  type ParityCause,
  type ParityHistory,
  type ParityHistoryEntry,
  type ParityTrend,
  trendOf,
} from '../../report/parity-history.ts';
import type { HistorySearch } from './history-search.ts';
import type { KeptReport } from './kept-parities.ts';

export interface HistoryQuery {
  /** As the command line names them. */
  readonly source: string;
  readonly target: string;
  readonly mode: ComparisonMode;
  /** The last so many. */
  readonly limit: number;
  /** Finds the commit of a range; absent where nothing is to be loaded. */
  readonly search?: HistorySearch;
  /** Search every range, whatever it takes; else as long as it is cheap, the newest first. */
  readonly isThorough?: boolean;
}

/** So many services are loaded for all searches of one history: about a second or two. */
const CHEAP_SERVICES = 2000;
/** What a look costs however little is declared. */
const LEAST_SERVICES = 20;

/** `root` is that of the repo. */
export async function historyOf(
  root: string,
  reports: readonly KeptReport[],
  query: HistoryQuery,
  signal: AbortSignal,
): Promise<ParityHistory> {
  const { source, target, mode, limit } = query;
  const isOfPair = (one: string, other: string) => (report: KeptReport) =>
    report.source === one && report.target === other && report.comparison_mode === mode;
  const steps = stepsOf(reports.filter(isOfPair(source, target))).slice(-limit);
  const entries: ParityHistoryEntry[] = [];
  let left = query.isThorough === true ? Number.POSITIVE_INFINITY : CHEAP_SERVICES;
  for (const step of steps.toReversed()) {
    const moved = step.earlier === null ? [] : await movedSides(root, step.earlier, step.later, signal);
    const cost = costOf(moved, step.later);
    const isSearched = query.search !== undefined && cost <= left;
    const found = await explained(root, step, moved, isSearched ? query.search : undefined, signal);
    if (isSearched && step.earlier !== null) left -= cost;
    entries.unshift({ ...keptOf(step.later), trend: step.trend, ...found });
  }
  const turned = source === target ? 0 : reports.filter(isOfPair(target, source)).length;
  return { source, target, comparison_mode: mode, entries, turned };
}

interface Step {
  /** `null` where nothing that was known came before, and where it is as it was. */
  readonly earlier: KeptParity | null;
  readonly later: KeptReport;
  readonly trend: ParityTrend;
}

/** What was not seen as a whole is held against nothing, and nothing against it. */
function stepsOf(reports: readonly KeptReport[]): readonly Step[] {
  const steps: Step[] = [];
  let known: KeptReport | null = null;
  for (const later of reports) {
    const trend = trendOf(known, later);
    steps.push({ earlier: trend === 'better' || trend === 'worse' ? known : null, later, trend });
    if (!later.unknown && later.score !== null) known = later;
  }
  return steps;
}

function keptOf({ services: _services, ...kept }: KeptReport): KeptParity {
  return kept;
}

/** Of a search: both ends, and as many halves as there are. */
function costOf(moved: readonly MovedSide[], { services }: KeptReport): number {
  if (moved.length === 0) return 0;
  const commits = Math.max(...moved.map((side) => side.commits ?? 0));
  return (2 + Math.ceil(Math.log2(commits + 1))) * Math.max(LEAST_SERVICES, services);
}

interface Explained {
  readonly cause: ParityCause | null;
  readonly moved: readonly MovedSide[];
}

async function explained(
  root: string,
  { earlier, later, trend }: Step,
  moved: readonly MovedSide[],
  search: HistorySearch | undefined,
  signal: AbortSignal,
): Promise<Explained> {
  if (earlier === null) return { cause: null, moved: [] };
  const isDirty = [earlier, later].some(
    ({ revisions }) => revisions.source?.dirty === true || revisions.target?.dirty === true,
  );
  const other: Explained = { cause: isDirty ? 'uncommitted' : 'elsewhere', moved: [] };
  if (moved.length === 0) return other;
  const searched = (await search?.find(earlier, later, trend)) ?? { status: 'unknown' };
  switch (searched.status) {
    case 'elsewhere':
      return other;
    case 'unknown':
      return { cause: 'commits', moved };
    case 'found': {
      const { side, commit } = searched;
      const { subject } = await describeCommit(root, commit, signal);
      return { cause: 'commits', moved: [{ side, since: null, commit, subject, commits: 1 }] };
    }
    default:
      return searched satisfies never;
  }
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
      const since = before ?? null;
      // A report may come from anywhere, and this clone may lack what it names.
      const isKnown = /^[0-9a-f]{40,64}$/.test(after) && (await findCommit(root, after, signal)) !== null;
      if (!isKnown) return { side, since, commit: after, subject: null, commits: null };
      const { subject } = await describeCommit(root, after, signal);
      return { side, since, commit: after, subject, commits: await commitsBetween(root, since, after, signal) };
    }),
  );
  const isOne =
    source !== null && source !== undefined && source.commit === target?.commit && source.since === target.since;
  if (isOne) return [{ ...source, side: 'both' }];
  return [source, target].filter((moved) => moved !== null && moved !== undefined);
}
