/** What became of drift from one look to the next. */
import type { Drift } from './plan.ts';

/** `changed`: it had drifted before, and differs in another way now. */
export interface DriftChange {
  readonly kind: 'drifted' | 'changed' | 'mended';
  /** As it is; where it is mended, as it was. */
  readonly drift: Drift;
}
