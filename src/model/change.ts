/** Differences and changes: what compare finds. Terraform's words where the meaning is the same. */
import { type Address, type ResourceType, typeOf } from './address.ts';
import type { FieldPath } from './field-path.ts';
import type { Json, JsonObject } from './json.ts';
import type { LastSource, SourceRange } from './source.ts';

/** Who moved: the manifests, the world, both, or nobody knows because nothing is recorded. */
export type Cause = 'git' | 'world' | 'both' | 'unknown';

/** How much a difference matters. Ordered from the least to the most. */
export const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];

/**
 * What it takes to carry out one value transition. Ordered from the least to the most. `pending_restart`: it is configured in
 * place, and what runs goes on with the old value until somebody restarts it.
 */
export const EFFECTS = ['in_place', 'pending_restart', 'restart', 'replace', 'unsupported'] as const;

export type Effect = (typeof EFFECTS)[number];

export interface Difference {
  readonly field_path: FieldPath;
  /** Observed; `null` where the field is not set. */
  readonly before: Json;
  /** Desired; `null` where the field is not set. */
  readonly after: Json;
  readonly cause: Cause;
  readonly severity: Severity;
  /** What it means while the two differ, for people; `null` where no rule says. */
  readonly impact: string | null;
  readonly effect: Effect;
  /** Where in the manifests the desired value stands. */
  readonly source: SourceRange | null;
  /** Where the field stands whose value it is, where `source` is that of a variable. */
  readonly via?: SourceRange;
  /** What was observed is what the field means where nobody says it: the image's own, or the engine's choice. */
  readonly is_default?: true;
  /** What is declared moved, because an input did. `alone`: what runs is as it was applied. Absent where no input moved. */
  readonly moved_input?: MovedInput;
}

export type MovedInput = 'alone' | 'with_world';

export type ChangeAction = 'create' | 'update' | 'restart' | 'replace' | 'delete' | 'move';

/** Why a change happens at all, in one stable word; differences say the rest. */
export type ActionReason =
  | 'missing'
  | 'differs'
  | 'not_running'
  | 'replace_because_cannot_update'
  | 'replace_by_request'
  | 'restart_by_request'
  | 'restart_with_dependency'
  | 'delete_because_no_resource_config'
  /** It stands beside the object of a declared resource, under its address and another name. */
  | 'delete_because_left_over'
  | 'delete_by_request'
  | 'pull_always'
  | 'pull_by_request'
  | 'moved'
  /** An earlier run did not get to say whether it works, and kept aside what worked before. */
  | 'aside_left'
  /** What is configured takes effect at a restart, and its manifest says to restart it for that. */
  | 'pending_restart';

export interface Impact {
  /** Addresses that are restarted by this change, itself included. */
  readonly restarts: readonly Address[];
  /** Others that are taken off what is made anew, and put back, without a restart. */
  readonly reconnects: readonly Address[];
  readonly connections_dropped: boolean;
  /** Published ports that nobody answers on meanwhile, by their keys: `8080/tcp`. */
  readonly ports_dropped: readonly string[];
  readonly downtime: boolean;
  readonly data_loss: boolean;
  /** Whose data is lost. */
  readonly data_at_risk: readonly Address[];
  /** What is lost of what is in it, without counting as data: one phrase each. Absent for nothing. */
  readonly goes_along?: readonly string[];
}

export interface Change {
  readonly address: Address;
  readonly previous_address: Address | null;
  readonly type: ResourceType;
  readonly name: string;
  readonly engine: string;
  readonly action: ChangeAction;
  readonly reason: ActionReason;
  /** Who caused the change as a whole; for a resource that is missing or no longer declared too. */
  readonly cause: Cause;
  /** Observed configuration; `null` when it does not exist. */
  readonly before: JsonObject | null;
  /** Desired configuration; `null` when it is to be removed. */
  readonly after: JsonObject | null;
  readonly after_unknown: boolean;
  readonly differences: readonly Difference[];
  readonly source: SourceRange | null;
  /** Where it was declared last, of what is declared no more; absent where nobody knows. */
  readonly last_source?: LastSource;
  readonly depends_on: readonly Address[];
  readonly impact: Impact;
  /** Some of it is an input that moved: git has no part in that, and whoever did it means it all the same. */
  readonly carries_input?: true;
}

/** What documents of plans and runs both tell of a change: all but the two configurations. */
export type ToldChange = Omit<Change, 'before' | 'after' | 'after_unknown'>;

/** Whether it only puts right what happened to what runs: nothing of it is what somebody has asked for since. */
export function isHealing({ cause, carries_input: carriesInput }: Pick<Change, 'cause' | 'carries_input'>): boolean {
  return cause === 'world' && carriesInput !== true;
}

/** What tells two changes of one address apart: what is left over beside it, or of it on another engine. */
export interface ChangedObject {
  readonly address: Address;
  readonly engine: string;
  /** The physical name. */
  readonly name: string;
}

/** Equal for equal objects, and for no others. */
export function changeKey({ address, engine, name }: ChangedObject): string {
  return `${address} ${engine} ${name}`;
}

/** Configured as it should be, and in effect only once the resource is restarted: no change, and no drift. */
export interface PendingRestart {
  readonly address: Address;
  readonly field_path: FieldPath;
  readonly configured: Json;
  readonly effective: Json;
  /** Where in the manifests the value stands. */
  readonly source: SourceRange | null;
}

export type WithheldReason =
  | 'protected'
  | 'prune_disabled'
  | 'data_kept'
  | 'stopped_on_purpose'
  /** The world changed it, and its drift policy is to report that. */
  | 'drift_reported'
  /** It is frozen, or its steps would reach into what is. */
  | 'frozen'
  /** It is on an engine that is declared no more, or otherwise. */
  | 'engine_undeclared'
  /** It needs what cannot be made, because somebody else's object has the name. */
  | 'conflict'
  /** It was there before trueup, and is not removed because a manifest no longer has it. */
  | 'adopted'
  /** What held some data is gone, and only what runs still has it: it would end with what runs. */
  | 'last_copy';

/** A change that must not happen, and is therefore left out of the plan and said. */
export interface Withheld {
  readonly address: Address;
  readonly reason: WithheldReason;
  readonly summary: string;
  /** What it would do, of what is not made anew; else absent. */
  readonly impact?: Impact;
  /** What the change would be about; absent where no field differs. */
  readonly differences?: readonly Difference[];
  /** Where it is declared; absent where nothing declares it. */
  readonly source?: SourceRange;
  /** As in a change. */
  readonly last_source?: LastSource;
}

/**
 * Whether something is not as it is declared for it. Volumes that go are kept as a matter of course; a machine that is kept for its
 * data was asked to go, and what is not made anew for its data is not as it is declared.
 */
export function isLeftUndone({ reason, address, differences = [] }: Withheld): boolean {
  if (reason === 'last_copy') return true;
  return reason === 'protected' || (reason === 'data_kept' && (typeOf(address) === 'vm' || differences.length > 0));
}

/** An object that stands in the way and belongs to somebody else. Never changed, pruned or counted as ours. */
export interface Conflict {
  readonly address: Address;
  readonly engine: string;
  readonly name: string;
  readonly summary: string;
  /** It is what the manifest claims, and nobody has adopted it yet: to adopt it is all that it takes. */
  readonly claimed?: true;
  readonly source: SourceRange | null;
}

/** What became of an ignore rule. Only a look at the whole environment can tell that it hit nothing. */
export const IGNORE_STATUSES = ['hit', 'never_hit', 'expired', 'unknown'] as const;

export type IgnoreStatus = (typeof IGNORE_STATUSES)[number];

/** How often each ignore rule hit. */
export interface IgnoreHit {
  readonly address: Address;
  readonly field_path: FieldPath;
  readonly reason: string;
  /** `YYYY-MM-DD`: the last day on which the rule holds. */
  readonly until: string | null;
  readonly hits: number;
  readonly status: IgnoreStatus;
  /** Where the rule stands. */
  readonly source: SourceRange | null;
}
