/** A run that the journal leaves open, and who is at it: what it started has its gate still before it. Pure. */
import type { LockRow } from '../report/locks.ts';
import type { JournalReading, JournalRun } from '../state/journal-reading.ts';

export interface OpenRun {
  /** `trueup apply`. */
  readonly command: string;
  /** ISO 8601: when it began. */
  readonly since: string;
  /** As the locks have it. `nobody`: it was cut off; `unknown`: they could not be asked. */
  readonly holder: LockRow | 'nobody' | 'unknown';
}

/** The newest that has not ended, or was cut off; `null` where every run has ended. */
export function openIn({ runs }: JournalReading): JournalRun | null {
  return runs.findLast(({ status }) => status === null) ?? null;
}

export function openRun({ intent }: JournalRun, holder: OpenRun['holder']): OpenRun {
  return { command: intent.command, since: intent.started_at, holder };
}

export function isCutOff(run: OpenRun | null): boolean {
  return run?.holder === 'nobody';
}

/** Whether somebody is at it now, for all that is known. */
export function isUnderWay(run: OpenRun | null): boolean {
  return run !== null && typeof run.holder === 'object';
}

/** Engines tell moments to the second. */
const MARGIN_MS = 1000;

/** Whether what runs since then may have been started by that run. */
export function isStartedBy(run: OpenRun | null, since: string | null): boolean {
  return run !== null && since !== null && Date.parse(since) >= Date.parse(run.since) - MARGIN_MS;
}
