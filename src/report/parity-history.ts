/** How the parity of two environments went on: the reports that were kept, each with what became of it since the one before. Pure. */
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
  readonly score: number;
  readonly severities: Readonly<Record<Severity, number>>;
  readonly revisions: { readonly source: Revision | null; readonly target: Revision | null };
  /** Whether something could not be looked at. */
  readonly unknown: boolean;
}

export type ParityTrend = 'first' | 'same' | 'better' | 'worse';

/** A commit that one side was at, and was not at before. */
export interface MovedSide {
  readonly side: 'source' | 'target' | 'both';
  /** Full hash. */
  readonly commit: string;
  /** `null` where this clone does not have it. */
  readonly subject: string | null;
  /** How many commits came since the report before; `null` where nobody can tell. */
  readonly commits: number | null;
}

export interface ParityHistoryEntry extends KeptParity {
  readonly trend: ParityTrend;
  /** Of what got better or worse: the commits that may have done it; none where no revision moved. */
  readonly moved: readonly MovedSide[];
}

export interface ParityHistory {
  readonly source: string;
  readonly target: string;
  readonly comparison_mode: ComparisonMode;
  /** The oldest first. */
  readonly entries: readonly ParityHistoryEntry[];
}

/** By the score, and by what weighs most where that is the same. What was not seen as a whole says nothing. */
export function trendOf(earlier: KeptParity | null, later: KeptParity): ParityTrend {
  if (earlier === null) return 'first';
  if (earlier.unknown || later.unknown) return 'same';
  if (earlier.score !== later.score) return later.score > earlier.score ? 'better' : 'worse';
  const moved = SEVERITIES.toReversed().find((severity) => earlier.severities[severity] !== later.severities[severity]);
  if (moved === undefined) return 'same';
  return later.severities[moved] < earlier.severities[moved] ? 'better' : 'worse';
}
