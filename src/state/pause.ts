/** A pause that ends with the reason of its signal when that aborts. */
import { setTimeout as delay } from 'node:timers/promises';

/** Node's timers go no further. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits; throws the signal's reason, at once, when it aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(Math.min(ms, LONGEST_TIMER_MS), undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
