/**
 * The shapes of documents as their schemas have them, said as what they differ in from the model. Only what has been held
 * against its schema may be taken for one of these: `fits-schema.ts` does.
 */
import type { ActionReason, Change, ToldChange } from '../../model/change.ts';
import type { DowntimeEstimate } from '../../model/estimate.ts';
import type { FilesystemDrift } from '../../model/filesystem.ts';
import type { Drift, ToldPlan } from '../../model/plan.ts';
import type { ParityHistory, ParityHistoryEntry } from '../parity-history.ts';
import type { ChangeResult } from '../run-changes.ts';
import type { Envelope, ToldDrift, ToldFixing, ToldMatrix, ToldParity, ToldRun } from './report.ts';

/** All of it or nothing. */
export type Enveloped<T> = T & Partial<Envelope>;

type Renamed<T extends ToldChange> = Omit<T, 'reason'> & { readonly action_reason: ActionReason };

export type ChangeJson = Renamed<ToldChange> & {
  readonly change: Pick<Change, 'before' | 'after' | 'after_unknown'>;
};

export type PlanJson = Enveloped<
  Omit<ToldPlan, 'changes' | 'drift'> & {
    readonly resource_changes: readonly ChangeJson[];
    readonly resource_drift: readonly Drift[];
    readonly estimates?: readonly DowntimeEstimate[];
  }
>;

/** Where there is a name, there is all of it. */
export type ResultJson = ChangeResult & Partial<Renamed<ToldChange>>;

export type RunJson = Omit<ToldRun, 'changes' | 'rollback_to' | 'unpinned'> &
  Partial<Pick<ToldRun, 'rollback_to' | 'unpinned'>> &
  Partial<Omit<Envelope, 'id' | 'duration_ms'>> & { readonly changes: readonly ResultJson[] };

export type DriftJson = Enveloped<
  Omit<ToldDrift, 'drift' | 'filesystem'> & {
    readonly resource_drift: readonly Drift[];
    readonly filesystem?: FilesystemDrift['changes'];
    readonly filesystem_omitted?: FilesystemDrift['omitted'];
    readonly filesystem_unseen?: FilesystemDrift['unseen'];
  }
>;

export type ParityJson = Omit<ToldParity, 'metadata'> & {
  readonly metadata: ToldParity['metadata'] & { readonly fix?: ToldFixing };
};

/** Each entry is of the pair that the document is of. */
export type ParityHistoryJson = Omit<ParityHistory, 'entries'> & {
  readonly history: readonly (Omit<ParityHistoryEntry, 'id' | 'source' | 'target' | 'comparison_mode'> & {
    readonly report_id: string;
  })[];
};

export type ReportJson =
  | { readonly kind: 'plan'; readonly document: PlanJson }
  | { readonly kind: 'run'; readonly document: RunJson }
  | { readonly kind: 'drift'; readonly document: DriftJson }
  | { readonly kind: 'parity'; readonly document: ParityJson }
  | { readonly kind: 'parity matrix'; readonly document: ToldMatrix }
  | { readonly kind: 'parity history'; readonly document: ParityHistoryJson };
