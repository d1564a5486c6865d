/** What follows from how a pass ended: the next one that comes by itself, and when. Pure. */
import type { Quarantine } from '../../model/observed.ts';
import type { PassOutcome } from '../../model/serve-event.ts';
import type { Freeze, Trigger } from '../../model/served.ts';
import { pauseAfter, retryWait } from '../backoff.ts';
import type { PassEnd } from './pass.ts';

export interface FollowUp {
  readonly trigger: Trigger;
  readonly waitMs: number;
}

export interface FollowUpInput {
  readonly outcome: PassOutcome;
  readonly end: PassEnd;
  readonly isDryRun: boolean;
  /** Of what is declared now; `null` where that is not quarantined. */
  readonly quarantine: Quarantine | null;
  /** Whether this pass has tried what is declared. */
  readonly hasTried: boolean;
  /** Whether another revision is known to have been healthy. */
  readonly canHold: boolean;
  /** How many passes in a row did not get there, this one included. */
  readonly failures: number;
  /**
   * Where the run did nothing but heal: how long the first of what it healed is left alone, so that damping counts alone, and
   * no pause of a revision that was healthy; `null` where it did something else.
   */
  readonly healedMs: number | null;
  /** How long services that are damped have to wait: each is looked at then, whatever follows here. */
  readonly dampedMs: readonly number[];
  readonly freezes: readonly Freeze[];
  /** Milliseconds since the epoch, by the clock on the wall. */
  readonly now: number;
  readonly random: number;
}

export const PUT_OFF = 'a heal that was put off is due';

/** The earliest; whatever else is to come is found again then. */
export function followUpOf(input: FollowUpInput): FollowUp | null {
  const { outcome, freezes, now } = input;
  if (outcome === 'cancelled') return null;
  const candidates = [again(input)];
  const [freeze] = freezes.toSorted((left, right) => Date.parse(left.until) - Date.parse(right.until));
  if (freeze !== undefined) {
    const waitMs = Math.max(0, Date.parse(freeze.until) - now) + 1;
    candidates.push(after(waitMs, 'schedule', `${freeze.address} is frozen no more`));
  }
  const due = candidates.filter((candidate) => candidate !== null);
  const [first] = due.sort((left, right) => left.waitMs - right.waitMs);
  return first ?? null;
}

function again(input: FollowUpInput): FollowUp | null {
  const { outcome, end, quarantine, hasTried, canHold, failures, healedMs, dampedMs, now, random, isDryRun } = input;
  if (isDryRun) return outcome === 'blocked' ? after(pauseAfter(failures, random), 'retry', 'tried again') : null;
  const pause = healedMs ?? pauseAfter(failures, random);
  if (quarantine !== null) {
    const waitMs = retryWait(quarantine, now);
    const { revision, attempts } = quarantine;
    const what = revision.commit?.slice(0, 12) ?? 'the working tree';
    if (waitMs > 0 && hasTried && canHold) return after(0, 'retry', `${what} failed: hold what was healthy last`);
    const next = `attempt ${attempts + 1} at ${what}`;
    // Nothing moves the time of an attempt that was due and could not be made: without a pause it would be due again at once.
    if (waitMs === 0 && !hasTried && outcome !== 'held')
      return after(pauseAfter(Math.max(1, failures), random), 'retry', next);
    const isStuck = end.outcome === 'failed' && !hasTried;
    return after(isStuck ? Math.min(pause, waitMs) : waitMs, 'retry', next);
  }
  const isPutOff = healedMs !== null && healedMs > 0 && dampedMs.length > 0;
  const putOff = isPutOff ? after(Math.min(...dampedMs), 'schedule', PUT_OFF) : null;
  if (outcome === 'failed') return putOff ?? after(pause, 'retry', 'tried again');
  if (outcome === 'blocked' && end.failure?.retryable !== false) return after(pause, 'retry', 'tried again');
  if (end.isOpen) return putOff ?? after(pause, 'retry', 'something is left to do');
  return null;
}

function after(waitMs: number, kind: 'retry' | 'schedule', reason: string): FollowUp {
  return { trigger: { kind, reason, addresses: null, isWord: false }, waitMs };
}
