/** A saved observation: what was found, and what was known of it, at one time in one checkout, to plan from elsewhere. */
import type { Address } from './address.ts';
import type { Observation, RecordedResource } from './observed.ts';
import type { Freeze } from './served.ts';

export const OBSERVATION_FORMAT_VERSION = '1.0';

/** In place of each secret: not even a keyed hash of it leaves the machine. */
export const PRESENT = 'present';

export interface SavedObservation {
  readonly format_version: string;
  readonly kind: 'observation';
  readonly environment: string;
  readonly project: string;
  /** ISO 8601. */
  readonly observed_at: string;
  /** The checkout in which it was taken, absolute: a plan is made as if it were made there. */
  readonly root: string;
  /** All ids are those of the checkout: what carries one of them is its own. */
  readonly owners: readonly string[];
  readonly engines: readonly SavedEngine[];
  readonly recorded: {
    readonly resources: Readonly<Record<Address, RecordedResource>>;
    /** What a person stopped on purpose. */
    readonly stopped: readonly Address[];
    /** Those of them that were suspended; absent for none. */
    readonly suspended?: readonly Address[];
  };
  /** Restarts that an earlier run was to carry out and did not. */
  readonly owed_restarts: readonly Address[];
  readonly frozen: readonly Freeze[];
}

export interface SavedEngine {
  readonly driver: string;
  readonly observation: Observation;
}
