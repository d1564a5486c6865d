/** What a step, and a call that acts like one, is carried out with: whose things may be touched, and what to write on new ones. */
import type { Address } from '../model/address.ts';
import type { Vault } from '../model/secret.ts';

export interface StepContext {
  readonly signal: AbortSignal;
  readonly vault: Vault;
  /** All ids are ours. What carries another is never touched, whatever the step says: names change hands. */
  readonly owners: readonly string[];
  /**
   * What nobody's labels stand on and is ours all the same, because a manifest claims it and a person agreed to just these
   * objects: addresses by `claimKey`; absent for nothing.
   */
  readonly claimed?: ReadonlyMap<string, Address>;
  /** The id of the run, for the names of what it sets aside. */
  readonly run: string;
  /** What to write on what is created. */
  readonly ownership: {
    readonly owner: string;
    readonly project: string;
    readonly environment: string;
    readonly checkout: string | null;
    readonly revision: string | null;
  };
  progress(message: string): void;
}
