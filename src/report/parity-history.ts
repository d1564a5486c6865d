/** How the parity of two environments went on: the reports that were kept, each with what became of it since the last that was known. Pure. */
import { SEVERITIES, type Severity } from '../model/change.ts';
import type { Revision } from '../model/desired.ts';
import type { ComparisonMode, OverallStatus } from '../model/parity.ts';

/** What is left of a report once it only counts. */
export interface KeptParity {
  readonly id: string;
  /** ISO 8601. */
  readonly timestamp: string;
  /** As the command line named the two. */
  readonly source: string;
  readonly target: string;
  readonly overall_status: OverallStatus;
  readonly comparison_mode: ComparisonMode;
  /** `null` where nothing that counts could be looked at. */
  readonly score: number | null;
  readonly severities: Readonly<Record<Severity, number>>;
  readonly revisions: { readonly source: Revision | null; readonly target: Revision | null };
  /** Whether something could not be looked at. */
  readonly unknown: boolean;
}

export type ParityTrend = 'first' | 'same' | 'better' | 'worse';

/** As much of a report as a trend is told by. */
export type WeighedParity = Pick<KeptParity, 'score' | 'severities' | 'unknown'>;

/**
 * What made it better or worse: commits, one of them where it was found; changes that nobody had committed; or something else, such
 * as settings of the command, a variable or another version of trueup, and in runtime mode whoever changed what runs.
 */
const PARITY_CAUSES = ['commits', 'uncommitted', 'elsewhere'] as const;
export type ParityCause = (typeof PARITY_CAUSES)[number];

/** The commits of a side that may have done it: all that came since another one, or the very one. */
export interface MovedSide {
  readonly side: 'source' | 'target' | 'both';
  /** That of the report before; `null` where it is the very one, and where nobody knows. */
  readonly since: string | null;
  /** Full hash. */
  readonly commit: string;
  /** `null` where this clone does not have it. */
  readonly subject: string | null;
  /** How many commits these are; `null` where nobody can tell. */
  readonly commits: number | null;
}

export interface ParityHistoryEntry extends KeptParity {
  /** Against the last report before that was known. */
  readonly trend: ParityTrend;
  /** `null` where it got neither better nor worse. */
  readonly cause: ParityCause | null;
  /** Where the cause is commits. */
  readonly moved: readonly MovedSide[];
}

export interface ParityHistory {
  readonly source: string;
  readonly target: string;
  readonly comparison_mode: ComparisonMode;
  /** The oldest first. */
  readonly entries: readonly ParityHistoryEntry[];
  /** How many reports are kept of the two the other way round. */
  readonly turned: number;
}

/** By the score, and by what weighs most where that is the same. What was not seen as a whole says nothing. */
export function trendOf(earlier: WeighedParity | null, later: WeighedParity): ParityTrend {
  if (earlier === null) return 'first';
  if (earlier.unknown || later.unknown || earlier.score === null || later.score === null) return 'same';
  if (earlier.score !== later.score) return later.score > earlier.score ? 'better' : 'worse';
  const moved = SEVERITIES.toReversed().find((severity) => earlier.severities[severity] !== later.severities[severity]);
  if (moved === undefined) return 'same';
  return later.severities[moved] < earlier.severities[moved] ? 'better' : 'worse';
}
