/**
 * The conditions of a served environment: what status finds at one look, joined with what the daemon knows beyond it (a
 * pass that is under way or waits for its time, a source that cannot be read, freezes), each with the moment since which
 * it has its status. A reason may change meanwhile, and the moment stays. Pure.
 */
import { frozenCondition } from '../../flow/status-conditions.ts';
import type { PassOutcome } from '../../model/serve-event.ts';
import type { RememberedCondition } from '../../model/served-memory.ts';
import type { Freeze } from '../../model/served.ts';
import type { Condition } from '../../report/status.ts';
import { listed, momentText } from '../../report/words.ts';

export interface ConditionsInput {
  /** As status computed them; `null` before the first look. */
  readonly status: readonly Condition[] | null;
  /** Why a pass is under way; `null` while none is. */
  readonly reasons: readonly string[] | null;
  /** How the last pass ended; `null` before the first has. */
  readonly last: LastPass | null;
  readonly isPaused: boolean;
  readonly freezes: readonly Freeze[];
  /** Why nobody knows what is declared now; `null` where it could be read. */
  readonly unread?: string | null;
}

export interface LastPass {
  readonly outcome: PassOutcome;
  /** One sentence, for `failed`, `invalid`, `held` and `blocked`. */
  readonly why: string | null;
  /** ISO 8601: when it is tried again by itself. */
  readonly next_at: string | null;
}

/** Always the same five, in this order; `before` is what was remembered, `at` is now in ISO 8601. */
export function servedConditions(
  input: ConditionsInput,
  before: readonly RememberedCondition[],
  at: string,
): readonly Condition[] {
  const found = [ready(input), reconciling(input), stalled(input), statusOf(input, 'Quarantined')];
  found.push(frozenCondition({ frozen: input.freezes }));
  return found.map((condition) => ({ ...condition, since: sinceOf(condition, before, at) }));
}

/** What is worth remembering of them. */
export function rememberedConditions(conditions: readonly Condition[]): readonly RememberedCondition[] {
  return conditions.flatMap(({ type, status, since }) => (since === null ? [] : [{ type, status, since }]));
}

/** Of what is remembered and what status itself knows the earlier; never what is still to come. */
function sinceOf({ type, status, since }: Condition, before: readonly RememberedCondition[], at: string): string {
  const kept = before.find((condition) => condition.type === type && condition.status === status)?.since ?? at;
  const earlier = since !== null && Date.parse(since) < Date.parse(kept) ? since : kept;
  return Date.parse(earlier) <= Date.parse(at) ? earlier : at;
}

function condition(type: Condition['type'], status: Condition['status'], reason: string, message: string): Condition {
  return { type, status, reason, message, since: null };
}

function statusOf({ status }: ConditionsInput, type: Condition['type']): Condition {
  const found = status?.find((one) => one.type === type);
  return found ?? condition(type, 'Unknown', 'NotLookedYet', 'nobody has looked yet');
}

/** Whether what runs is what git declares now: what is held in its place may be in the best of health. */
function ready(input: ConditionsInput): Condition {
  const found = statusOf(input, 'Ready');
  const { outcome, why } = input.last ?? { outcome: null, why: null };
  const { unread = null } = input;
  if (found.status === 'Unknown') return input.status === null && unread !== null ? unreadable(unread) : found;
  if (outcome === 'invalid') return condition('Ready', 'False', 'InvalidManifests', why ?? 'the manifests have errors');
  if (outcome === 'held') return condition('Ready', 'False', 'Held', why ?? 'the last healthy revision is held');
  if (outcome === 'failed' && found.status === 'True')
    return condition('Ready', 'False', 'LastRunFailed', why ?? 'the last run failed');
  if (unread !== null && found.status === 'True') return unreadable(unread);
  return found;
}

function unreadable(why: string): Condition {
  return condition('Ready', 'Unknown', 'SourceUnreadable', why);
}

function reconciling(input: ConditionsInput): Condition {
  const { reasons, last, isPaused } = input;
  const is = (status: Condition['status'], reason: string, message: string): Condition =>
    condition('Reconciling', status, reason, message);
  if (reasons !== null) return is('True', 'PassUnderWay', listed(reasons, MOST_REASONS));
  const found = statusOf(input, 'Reconciling');
  // A run of somebody else, or one that was cut off.
  if (found.status === 'True') return found;
  if (isPaused) return is('False', 'Paused', 'no pass is begun until it is resumed');
  if (last !== null && last.next_at !== null) {
    const why = last.why === null ? '' : `: ${last.why}`;
    return is('True', 'WaitingToRetry', `tried again at ${momentText(last.next_at)}${why}`);
  }
  return is('False', 'Nothing', 'no pass is under way');
}

const MOST_REASONS = 3;

function stalled(input: ConditionsInput): Condition {
  const { last } = input;
  if (last?.outcome === 'invalid')
    return condition('Stalled', 'True', 'InvalidManifests', last.why ?? 'the manifests have errors');
  // What is tried again by itself needs nobody yet.
  if (last?.outcome === 'blocked' && last.next_at === null)
    return condition('Stalled', 'True', 'Blocked', last.why ?? 'something stands in the way');
  return statusOf(input, 'Stalled');
}
