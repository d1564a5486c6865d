/** Words of notifications: what is told, to whom, and what is done at certain times. */
import type { Forge } from './forge.ts';

/** What goes on until it is over. */
export const PROBLEM_KINDS = [
  'failed',
  'stalled',
  'degraded',
  'quarantined',
  'unreachable',
  'drift',
  'frozen',
] as const;

export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** `applied` happens and is over; `recovered` is the end of a problem. */
export type NotificationKind = ProblemKind | 'applied' | 'recovered';

/** Where a secret is read from when it is needed. */
export type SecretPlace =
  | { readonly source: 'env'; readonly name: string }
  /** Relative to the root of the repo, or absolute. */
  | { readonly source: 'file'; readonly path: string }
  | { readonly source: 'command'; readonly command: readonly string[] };

/** Where the secrets of webhooks are kept, by the forge that signs with them. */
export type WebhookSecrets = Readonly<Partial<Record<Forge, SecretPlace>>>;

/** How one is told. */
export type NotificationChannel =
  | { readonly type: 'webhook'; readonly url: string; readonly secret: SecretPlace }
  | { readonly type: 'chat'; readonly url: SecretPlace }
  | { readonly type: 'command'; readonly run: readonly string[] };

/** One who is told. */
export interface NotificationSink {
  readonly name: string;
  readonly on: readonly NotificationKind[];
  /** Names; `null` for all. */
  readonly environments: readonly string[] | null;
  /** What goes on is told again after this time; `null` for never. */
  readonly repeat_ms: number | null;
  /** Of one attempt. */
  readonly timeout_ms: number;
  readonly channel: NotificationChannel;
}

export interface ScheduleRule {
  readonly name: string;
  /** Five fields. */
  readonly cron: string;
  /** `null` for the zone of the machine. */
  readonly time_zone: string | null;
  /** `drift` looks, reports and changes nothing. */
  readonly task: 'drift' | 'reconcile';
  /** Names; `null` for all. */
  readonly environments: readonly string[] | null;
}

export interface LogRule {
  /** As it is written: relative to the root of the repo, or absolute; `null` where none is. */
  readonly file: string | null;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Bytes. */
  readonly max_size: number;
  /** So many files that were put aside are kept. */
  readonly keep: number;
}
