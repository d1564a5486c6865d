/**
 * Turns many requests to write into few writes. At most one write is in flight; what is asked for meanwhile goes into
 * the next one, which waits so long that writing takes a tenth of the time at most. `flush` waits for nothing.
 */

export interface CoalescedWriter {
  /** Asks for a write; never throws. */
  request(): void;
  /** Resolves when everything that was asked for is written; throws what the last write threw. */
  flush(): Promise<void>;
}

const SHORTEST_PAUSE_MS = 50;

const LONGEST_PAUSE_MS = 2000;

export function coalescedWriter(write: () => Promise<void>): CoalescedWriter {
  let pending = false;
  let active: Promise<void> | null = null;
  let flushing = 0;
  let notBefore = 0;
  let endPause: (() => void) | null = null;
  let failure: { readonly error: unknown } | null = null;

  async function pause(): Promise<void> {
    const left = notBefore - performance.now();
    if (left <= 0 || flushing > 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, left);
    endPause = resolve;
    await promise;
    endPause = null;
    clearTimeout(timer);
  }

  /** Goes on until nothing is pending or a write fails; a failed write stays pending for the next request or flush. */
  async function work(): Promise<void> {
    failure = null;
    while (pending && failure === null) {
      await pause();
      pending = false;
      const started = performance.now();
      try {
        await write();
      } catch (error) {
        failure = { error };
        pending = true;
      }
      const ended = performance.now();
      notBefore = ended + Math.min(Math.max((ended - started) * 9, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
    }
    active = null;
  }

  return {
    request() {
      pending = true;
      active ??= work();
    },
    async flush() {
      flushing += 1;
      endPause?.();
      try {
        while (active !== null) await active;
        if (pending) {
          active = work();
          await active;
        }
        if (failure !== null) throw failure.error;
      } finally {
        flushing -= 1;
      }
    },
  };
}
