/** The runs of an environment that are over, as they are shown. */
import type { HistoryEntry } from '../model/history.ts';

export interface EnvironmentHistory {
  readonly name: string;
  /** Newest first. */
  readonly runs: readonly HistoryEntry[];
}
