/** Words of the long-lived side that others read, too. */
import type { Address } from './address.ts';

export type EnvironmentState =
  /** Nothing of it was ever made. */
  | 'uninitialized'
  /** A run is changing it, or something of it is still starting. */
  | 'provisioning'
  /** All is there, runs, and is healthy. */
  | 'healthy'
  /** Something is not as it should be, and something still works. */
  | 'degraded'
  /** Nothing that should run works. */
  | 'failed'
  /** Stopped on purpose. */
  | 'stopped'
  /** Destroyed. */
  | 'terminated';

/** `request` is a person or a program that asks; `retry` is what failed before, after its backoff. */
export type TriggerKind = 'start' | 'git' | 'files' | 'event' | 'schedule' | 'request' | 'retry';

/** Why a reconcile is wanted. Triggers of one environment come together while it is busy. */
export interface Trigger {
  readonly kind: TriggerKind;
  /** A few words for people: `commit 1a2b3c4d5e6f`, `service.web died`. */
  readonly reason: string;
  /** What it is about; `null` for the environment as a whole. */
  readonly addresses: readonly Address[] | null;
  /** Whether a person or a new revision asks: no backoff and no quarantine makes it wait. */
  readonly isWord: boolean;
}

/** A resource that is left alone while somebody debugs it. */
export interface Freeze {
  readonly address: Address;
  /** ISO 8601. */
  readonly since: string;
  /** ISO 8601: when it ends by itself. */
  readonly until: string;
  readonly reason: string;
  /** `user@host`. */
  readonly by: string;
}

export interface ServedEnvironmentInfo {
  /** Unique in one daemon: `<source>/<name>`, where the source is the name of the repo's folder or of the URL. */
  readonly id: string;
  readonly name: string;
  /** The folder, or the URL without credentials. */
  readonly source: string;
}
