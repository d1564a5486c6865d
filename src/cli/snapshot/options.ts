/** Options of `trueup snapshot`. */
import type { LockOptions } from '../lock-option.ts';
import type { GlobalOptions, InputOptions } from '../options.ts';

export interface SnapshotOptions extends GlobalOptions, InputOptions, LockOptions {
  readonly description?: string;
  readonly discard: boolean;
  readonly force: boolean;
  readonly autoApprove: boolean;
}
