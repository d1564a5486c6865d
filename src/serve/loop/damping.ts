/**
 * Damping of heals, per service: the first 20 within 10 minutes are carried out at once; from then on each is followed by
 * a pause that doubles from 1 s to 5 min, until the service was healthy for 10 minutes in a row. No span of 10 minutes holds
 * more than 30 heals. Pure. Times are those of one clock that only goes forward, but may have been set back while nobody
 * remembered: what then lies in the future is taken as now, so that nothing waits longer than its pause.
 */
import type { HealRecord } from '../../model/served-memory.ts';
import { pauseAfter } from '../backoff.ts';

const PROMPT_HEALS = 20;

const WINDOW_MS = 600_000;

/** So long it must be healthy to be as good as new. */
const FORGOTTEN_AFTER_MS = 600_000;

const NO_HEALS: HealRecord = { heals: [], pauses: 0, pause_ms: 0, healthy_since: null };

/** What is remembered at a moment: no time in the future, and `null` once all is forgotten. */
export function settled(record: HealRecord, now: number): HealRecord | null {
  const latest = Math.max(record.healthy_since ?? Number.NEGATIVE_INFINITY, ...record.heals);
  const ahead = Math.max(0, latest - now);
  const since = record.healthy_since === null ? null : record.healthy_since - ahead;
  if (since !== null && now - since >= FORGOTTEN_AFTER_MS) return null;
  return ahead === 0 ? record : { ...record, heals: record.heals.map((at) => at - ahead), healthy_since: since };
}

/** Milliseconds until it may be healed; 0 when it may be now. */
export function healWait(record: HealRecord | null, now: number): number {
  const known = record === null ? null : settled(record, now);
  const last = known?.heals.at(-1);
  return known === null || last === undefined ? 0 : Math.max(0, known.pause_ms - (now - last));
}

/** After a heal was begun, whoever asked for it. `random` is from [0, 1). */
export function withHeal(record: HealRecord | null, now: number, random: number): HealRecord {
  const known = (record === null ? null : settled(record, now)) ?? NO_HEALS;
  const heals = [...known.heals.filter((at) => now - at < WINDOW_MS), now].slice(-PROMPT_HEALS);
  const isDamped = known.pauses > 0 || heals.length >= PROMPT_HEALS;
  const pauses = isDamped ? known.pauses + 1 : 0;
  return { heals, pauses, pause_ms: pauseAfter(pauses, random), healthy_since: null };
}

/** After a look at it; `null` once all is forgotten. */
export function withHealth(record: HealRecord, isHealthy: boolean, now: number): HealRecord | null {
  const known = settled(record, now);
  if (known === null || (known.healthy_since !== null) === isHealthy) return known;
  return { ...known, healthy_since: isHealthy ? now : null };
}
