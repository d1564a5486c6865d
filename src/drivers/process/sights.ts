/** Looks at what services do now, and once more at those whose end is just being recorded. */
import type { Engine } from './engine.ts';
import { objectFolder } from './layout.ts';
import { waitFor } from './processes.ts';
import { readRecords } from './records.ts';
import type { ShimRecord } from './shim-record.ts';
import { type Records, type Sight, sightOf } from './status.ts';

export interface Look {
  readonly sight: Sight;
  readonly record: ShimRecord | null;
}

/** A shim records the end of its command within milliseconds; this long is given to it, not more. */
const SECOND_LOOKS_MS: readonly number[] = [4, 8, 16, 32, 64, 128];

/**
 * What each of the services does. Names that are not registered are `created`. Records are read before the processes
 * are looked at, so that a process that is on record and not found has ended and is not merely younger than the look.
 */
export async function lookAtServices(
  engine: Engine,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Look>> {
  const looks = new Map<string, Look>();
  const boot = await engine.processes.boot();
  let open = names;
  for (const pause of [...SECOND_LOOKS_MS, null]) {
    const records = new Map(open.map((name) => [name, recordsOf(engine, name)]));
    const table = await engine.processes.look(signal);
    for (const [name, found] of records) looks.set(name, { sight: sightOf(found, table, boot), record: found.record });
    open = open.filter((name) => isUnsettled(engine, name, looks.get(name)));
    if (open.length === 0 || pause === null) break;
    await waitFor(pause, signal);
  }
  return looks;
}

/** Whether its end is being recorded, or was recorded between the look at the record and that at the processes. */
function isUnsettled(engine: Engine, name: string, look: Look | undefined): boolean {
  if (look === undefined || look.sight.inTransition) return look !== undefined;
  const { sight, record } = look;
  if (record === null || record.phase === 'exited' || sight.pid !== null || sight.state === 'restarting') return false;
  const now = recordsOf(engine, name).record;
  return now?.id !== record.id || now.phase !== record.phase || now.restarts !== record.restarts;
}

function recordsOf({ root }: Engine, name: string): Records {
  return readRecords(objectFolder(root, 'service', name));
}

/** One service alone. */
export async function lookAtService(engine: Engine, name: string, signal: AbortSignal): Promise<Look | null> {
  return (await lookAtServices(engine, [name], signal)).get(name) ?? null;
}
