/** Whether a run that the journal leaves open goes on or was cut off: the locks say who is at it. Only looks. */
import type { DesiredEnvironment } from '../model/desired.ts';
import { TrueupError } from '../model/failure.ts';
import type { LockRow } from '../report/locks.ts';
import { readJournal } from '../state/journal.ts';
import type { JournalReading } from '../state/journal-reading.ts';
import { listLocks } from './lock-listing.ts';
import { openIn, openRun, type OpenRun } from './open-run.ts';
import type { Workspace } from './workspace.ts';

/** Of what was read of the journal before; `null` where every run has ended, by now at the latest. */
export async function openRunOf(
  workspace: Workspace,
  environment: DesiredEnvironment,
  reading: JournalReading,
  signal: AbortSignal,
): Promise<OpenRun | null> {
  const open = openIn(reading);
  if (open === null) return null;
  const holder = await holderOf(workspace, environment, signal);
  if (holder !== 'nobody') return openRun(open, holder);
  // A run ends in the journal before it gives up its lock: what is still open there now was cut off.
  const still = openIn((await readJournal(workspace.state, environment.name)).reading);
  return still?.intent.run === open.intent.run ? openRun(open, 'nobody') : null;
}

async function holderOf(
  workspace: Workspace,
  environment: DesiredEnvironment,
  signal: AbortSignal,
): Promise<LockRow | 'nobody' | 'unknown'> {
  try {
    const { locks, unreachable } = await listLocks(workspace, [environment], signal);
    const holder = locks.find((lock) => lock.environment === null || lock.environment === environment.name);
    return holder ?? (unreachable.length > 0 ? 'unknown' : 'nobody');
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrueupError) return 'unknown';
    throw error;
  }
}
