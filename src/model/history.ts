/** What is remembered of each changing run once it is over. */
import type { Address } from './address.ts';
import type { Revision } from './desired.ts';
import type { RunStatus } from './run.ts';

export const HISTORY_FORMAT_VERSION = '1.0';

/** How many changes of a run ended in which way; finished ones by what was done. */
export const RUN_COUNTS = [
  'create',
  'update',
  'restart',
  'replace',
  'delete',
  'move',
  'failed',
  'cancelled',
  'skipped',
  'not_started',
] as const;

export type RunCounts = Readonly<Record<(typeof RUN_COUNTS)[number], number>>;

/** Of a run of which nothing is known to be done. */
export const NO_CHANGES: RunCounts = {
  create: 0,
  update: 0,
  restart: 0,
  replace: 0,
  delete: 0,
  move: 0,
  failed: 0,
  cancelled: 0,
  skipped: 0,
  not_started: 0,
};

export interface HistoryEntry {
  readonly run: string;
  /** `trueup apply`. */
  readonly command: string;
  readonly mode: 'apply' | 'destroy';
  /** `hold`: it kept up what was healthy last, while what was declared was quarantined; absent for every other run. */
  readonly purpose?: 'hold';
  readonly revision: Revision;
  /** Addresses that it was limited to; absent for the whole environment, of which alone it says anything. */
  readonly targets?: readonly Address[];
  readonly started_at: string;
  /** `null` where nobody knows: the run was cut off. */
  readonly duration_ms: number | null;
  /** `not_ended`: killed, or its machine went down; told by the run after it. */
  readonly status: RunStatus | 'not_ended';
  readonly summary: RunCounts;
  /** Addresses of which a step failed or a gate was not met. */
  readonly failed: readonly Address[];
  readonly rolled_back: readonly Address[];
  /** Relative to the root of the repo; `null` where none was written. */
  readonly report: string | null;
}
