/** Estimates: what earlier runs let expect of a plan. They are no part of it: the same plan is made without them. */
import type { Address } from './address.ts';

export interface DowntimeEstimate {
  readonly address: Address;
  /** `null` where nothing is known, and for what is replaced by a successor that runs beside it. */
  readonly downtime_ms: number | null;
  /** How many earlier runs it rests on. */
  readonly runs: number;
}
