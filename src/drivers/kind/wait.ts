/** Waits, or until the signal aborts: that is no error. */
import { setTimeout as delay } from 'node:timers/promises';

export async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
