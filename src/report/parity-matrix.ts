/** Several environments held against each other: what a matrix is made from. */
import type { ComparisonMode, ConfigurationDiffReport } from '../model/parity.ts';

export interface ParityMatrix {
  readonly mode: ComparisonMode;
  /** The label of the one that all others are held against; `null` where each pair is compared. */
  readonly reference: string | null;
  /** To load all sides and to compare them. */
  readonly duration_ms: number;
  readonly reports: readonly ConfigurationDiffReport[];
  /** Labels of those that have mistakes, and are compared with nothing. */
  readonly invalid: readonly string[];
}
