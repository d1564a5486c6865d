/** What the long-lived side remembers of an environment. It helps people and damping, and is never needed. */
import type { Address } from './address.ts';
import type { EnvironmentState } from './served.ts';

/** The heals of one service that are not forgotten yet. Times are milliseconds since the epoch. */
export interface HealRecord {
  /** The last ones, oldest first. */
  readonly heals: readonly number[];
  /** How often it has to wait in a row; 0 while heals are carried out at once. */
  readonly pauses: number;
  /** How long it is left alone after the last heal. */
  readonly pause_ms: number;
  /** `null` while it is not healthy. */
  readonly healthy_since: number | null;
}

export interface StateTransition {
  /** ISO 8601. */
  readonly at: string;
  readonly from: EnvironmentState;
  readonly to: EnvironmentState;
  /** One sentence for people. */
  readonly reason: string;
  /** Whether nobody saw `to`, and it is only what lies between. */
  readonly passing: boolean;
}

/** Since when a condition has its status. */
export interface RememberedCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** ISO 8601. */
  readonly since: string;
}

export interface ServedMemory {
  /** As it was seen last; `null` before the first look. */
  readonly state: EnvironmentState | null;
  /** ISO 8601: since when it is in that state, as far as anybody looked. */
  readonly since: string | null;
  /** Oldest first. */
  readonly transitions: readonly StateTransition[];
  readonly conditions: readonly RememberedCondition[];
  readonly heals: Readonly<Record<Address, HealRecord>>;
  /** By the name of the engine: the time of its last event, ISO 8601, as the engine tells it. */
  readonly heard: Readonly<Record<string, string>>;
}

export const NOTHING_REMEMBERED: ServedMemory = {
  state: null,
  since: null,
  transitions: [],
  conditions: [],
  heals: {},
  heard: {},
};
