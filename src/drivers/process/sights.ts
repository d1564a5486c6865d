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
  let open = names;
  for (const pause of [...SECOND_LOOKS_MS, null]) {
    const found = await lookOnce(engine, open, signal);
    for (const [name, look] of found) looks.set(name, look);
    open = open.filter((name) => found.get(name)?.isSettled === false);
    if (open.length === 0 || pause === null) break;
    await waitFor(pause, signal);
  }
  return looks;
}

/** The same, without waiting for ends that are just being recorded. */
export async function lookOnce(
  engine: Engine,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Look & { readonly isSettled: boolean }>> {
  // Where processes are asked for by a command, nothing is asked about none.
  if (names.length === 0) return new Map();
  const boot = await engine.processes.boot();
  const records = new Map(names.map((name) => [name, recordsOf(engine, name)]));
  const table = await engine.processes.look(signal);
  return new Map(
    [...records].map(([name, found]) => {
      const look = { sight: sightOf(found, table, boot), record: found.record };
      return [name, { ...look, isSettled: !isUnsettled(engine, name, look) }];
    }),
  );
}

/** Whether its end is being recorded, or was recorded between the look at the record and that at the processes. */
function isUnsettled(engine: Engine, name: string, { sight, record }: Look): boolean {
  if (sight.inTransition) return true;
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
