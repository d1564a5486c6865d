/**
 * Reports as they are read back, in the words of the model: what a page is made from. Documents that were printed have no
 * envelope, and those of older versions leave out what they did not tell yet.
 */
import type { Change, ChangeAction, ToldChange } from '../../model/change.ts';
import type { CoverageCounts, ListedObject } from '../../model/coverage.ts';
import type { DowntimeEstimate } from '../../model/estimate.ts';
import type { FilesystemDrift } from '../../model/filesystem.ts';
import type { ByHand, WrittenDifference } from '../../model/drift-writing.ts';
import type { Interrupted } from '../../model/interrupted.ts';
import type { ConfigurationDiffReport, ParityMetadata } from '../../model/parity.ts';
import type { Drift, ToldPlan } from '../../model/plan.ts';
import type { Run, ToldStep } from '../../model/run.ts';
import type { ParityHistory, ParityHistoryEntry } from '../parity-history.ts';
import type { ChangeResult } from '../run-changes.ts';
import type { ReportEngine } from '../write.ts';

/** Kept in the reports folder, each in a folder of its kind. */
export const KEPT_KINDS = ['plan', 'run', 'drift', 'parity'] as const;

export type KeptKind = (typeof KEPT_KINDS)[number];

/** Of those kinds there is a page. */
export const PAGE_KINDS = ['plan', 'run', 'drift', 'parity', 'parity matrix', 'parity history'] as const;

export type PageKind = (typeof PAGE_KINDS)[number];

export interface Envelope {
  readonly id: string;
  /** ISO 8601. */
  readonly created_at: string;
  readonly trueup_version: string;
  readonly duration_ms: number;
  readonly engines: readonly ReportEngine[];
}

export interface PlanReport {
  readonly kind: 'plan';
  readonly envelope: Envelope | null;
  readonly plan: ToldPlan & { readonly changes: readonly Change[] };
  readonly estimates: readonly DowntimeEstimate[];
}

/** How one change ended. */
export interface ToldResult extends ChangeResult {
  readonly action: ChangeAction;
  /** What it was about; `null` in reports of versions that did not tell. */
  readonly change: ToldChange | null;
}

export interface ToldRun extends Omit<Run, 'format_version' | 'steps'> {
  readonly changes: readonly ToldResult[];
  readonly steps: readonly ToldStep[];
  readonly interrupted: Interrupted | null;
  /** Where `trueup rollback` went; `null` for any other run. */
  readonly rollback_to: { readonly commit: string; readonly run: string | null } | null;
  /** What the revision did not decide. */
  readonly unpinned: readonly string[];
}

export interface RunReport {
  readonly kind: 'run';
  readonly envelope: Envelope | null;
  readonly run: ToldRun;
}

type Listing = Omit<ListedObject, 'ownership'> & { readonly engine: string };

export interface ToldElsewhere extends Listing {
  readonly environment: string | null;
  readonly address: string | null;
  readonly checkout: string | null;
}

export interface ToldCoverage extends CoverageCounts {
  readonly ratio: number | null;
}

export interface ToldDrift
  extends Pick<
    ToldPlan,
    | 'environment'
    | 'project'
    | 'revision'
    | 'complete'
    | 'inputs'
    | 'conflicts'
    | 'drift_ignored'
    | 'frozen'
    | 'ignored'
    | 'diagnostics'
  > {
  readonly drift: readonly Drift[];
  readonly unmanaged: readonly Listing[];
  readonly elsewhere: readonly ToldElsewhere[];
  readonly coverage: (ToldCoverage & { readonly engines: readonly (ToldCoverage & { engine: string })[] }) | null;
  /** `null` where nobody asked. */
  readonly filesystem: FilesystemDrift | null;
}

export interface DriftReport {
  readonly kind: 'drift';
  readonly envelope: Envelope | null;
  readonly drift: ToldDrift;
}

/** What `parity --fix` wrote, or would have. */
export interface ToldFixing {
  readonly side: 'source' | 'target';
  readonly written: boolean;
  readonly files: readonly { readonly path: string; readonly diff: string }[];
  readonly differences: readonly WrittenDifference[];
  readonly by_hand: readonly ByHand[];
}

export interface ToldParity extends Omit<ConfigurationDiffReport, 'metadata'> {
  readonly metadata: Omit<ParityMetadata, 'fix'>;
}

export interface ParityReport {
  readonly kind: 'parity';
  readonly envelope: Envelope;
  readonly parity: ToldParity;
  readonly fixing: ToldFixing | null;
  /** How the two went on until then; `null` where no other document says it. */
  readonly history: ParityHistory | null;
}

/** What a matrix says of one pair. */
export interface ToldPair
  extends Pick<ParityHistoryEntry, 'source' | 'target' | 'overall_status' | 'score' | 'severities' | 'unknown'>,
    Pick<ConfigurationDiffReport, 'summary'> {
  readonly report_id: string;
}

export interface ToldMatrix extends Pick<ParityMetadata, 'comparison_mode'> {
  readonly reference: string | null;
  readonly duration_ms: number;
  readonly matrix: readonly ToldPair[];
  readonly invalid: readonly string[];
}

export interface MatrixReport {
  readonly kind: 'parity matrix';
  readonly matrix: ToldMatrix;
}

export interface HistoryReport {
  readonly kind: 'parity history';
  readonly history: ParityHistory;
}

export type PageReport = PlanReport | RunReport | DriftReport | ParityReport | MatrixReport | HistoryReport;
