/** Waits, or until the signal aborts: that is no error. */
import { setTimeout as delay } from 'node:timers/promises';

export async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** The same where an abort is an error: rejects with the reason of the signal, and not with an error of the timer's own. */
export async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await waitFor(milliseconds, signal);
  signal.throwIfAborted();
}
