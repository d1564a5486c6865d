/** Since when a run is under way that has not ended, or was cut off: what it started has its gate still before it. Pure. */
import type { JournalReading } from '../state/journal-reading.ts';

/** Milliseconds since the epoch; `null` where every run has ended. */
export function openRunSince({ runs }: JournalReading): number | null {
  const open = runs.findLast(({ status }) => status === null);
  return open === undefined ? null : Date.parse(open.intent.started_at);
}

/** Engines tell moments to the second. */
const MARGIN_MS = 1000;

/** Whether what runs since then may have been started by that run. */
export function isStartedBy(runSince: number | null, since: string | null): boolean {
  return runSince !== null && since !== null && Date.parse(since) >= runSince - MARGIN_MS;
}
