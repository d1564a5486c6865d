/**
 * Backoff: how long to leave alone what has failed. The full pauses are 1 s, 2 s, 4 s … 256 s and then 5 min; jitter takes
 * away up to a quarter, so that no pause is longer than its full figure, and none is shorter than the one before until
 * the longest is reached. Pure: times and chance are passed in.
 */
import { createHash } from 'node:crypto';
import type { Quarantine } from '../model/observed.ts';

const FIRST_PAUSE_MS = 1000;

export const LONGEST_PAUSE_MS = 300_000;

/** Of the full pause, at most. */
const JITTER = 0.25;

/** A failed revision is tried this often before anybody waits. */
const PROMPT_ATTEMPTS = 2;

/** So far a clock may lag behind a recorded moment by rounding and slewing alone. */
const SKEW_MS = 5000;

/** Milliseconds to wait after so many failures in a row, of which the first counts 1; `random` is from [0, 1). */
export function pauseAfter(failures: number, random: number): number {
  if (failures < 1) return 0;
  // Beyond this many doublings numbers overflow, and the longest pause is reached long before.
  const full = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 30), LONGEST_PAUSE_MS);
  return Math.round(full * (1 - JITTER * random));
}

/**
 * Milliseconds until a quarantined revision may be tried again; 0 when it may be now. `now` is by the clock of the wall, as
 * `Quarantine.at` is. Jitter comes from the id of the last run, so that every look, also after a restart, gives one answer.
 * Where the clock was set back behind `at`, nobody knows how long ago that was: it is tried, and what fails then has a
 * time of the new clock, so that one jump costs one attempt.
 */
export function retryWait({ attempts, at, run }: Quarantine, now: number): number {
  if (attempts < PROMPT_ATTEMPTS) return 0;
  const elapsed = now - Date.parse(at);
  if (Number.isNaN(elapsed) || elapsed < -SKEW_MS) return 0;
  const pause = pauseAfter(attempts - PROMPT_ATTEMPTS + 1, fractionOf(run));
  return Math.max(0, pause - Math.max(0, elapsed));
}

/** From [0, 1): equal for equal texts, and spread evenly. */
function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
