/** Looks at what services do now, and once more at those whose end is just being recorded. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from './engine.ts';
import { objectFolder } from './layout.ts';
import { readRecords } from './records.ts';
import type { ShimRecord } from './shim-record.ts';
import { type Sight, sightOf } from './status.ts';

export interface Look {
  readonly sight: Sight;
  readonly record: ShimRecord | null;
}

/** A shim records the end of its command within milliseconds; this long is given to it, not more. */
const SECOND_LOOKS_MS: readonly number[] = [4, 8, 16, 32, 64, 128];

/** What each of the services does. Names that are not registered are `created`. */
export async function lookAtServices(
  engine: Engine,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Look>> {
  const looks = new Map<string, Look>();
  let open = names;
  for (const pause of [...SECOND_LOOKS_MS, null]) {
    const [boot, table] = [await engine.processes.boot(), await engine.processes.look(signal)];
    for (const name of open) {
      const records = readRecords(objectFolder(engine.root, 'service', name));
      looks.set(name, { sight: sightOf(records, table, boot), record: records.record });
    }
    open = open.filter((name) => looks.get(name)?.sight.inTransition);
    if (open.length === 0 || pause === null) break;
    await sleep(pause, undefined, { signal });
  }
  return looks;
}

/** One service alone. */
export async function lookAtService(engine: Engine, name: string, signal: AbortSignal): Promise<Look | null> {
  return (await lookAtServices(engine, [name], signal)).get(name) ?? null;
}
