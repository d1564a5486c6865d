/**
 * Recorded state: what trueup last applied to an environment, one file each. It names the cause of a difference and
 * remembers what a person stopped on purpose; it is never needed to find a difference.
 */
import { readdir } from 'node:fs/promises';
import { Low } from 'lowdb';
import type { Address } from '../model/address.ts';
import { compareText } from '../model/json.ts';
import { NOTHING_RECORDED, type Recorded, type RecordedResource } from '../model/observed.ts';
import { removeLeftoversHourly } from '../files/atomic-file.ts';
import { coalescedWriter } from './coalesced-writer.ts';
import { assertWritableLately, recordedEnvironmentOf, recordedPath, type StateFolder } from './folder.ts';
import { moveAside } from './move-aside.ts';
import { type RecordedReading, readRecordedFile, recordedAdapter } from './recorded-file.ts';
import { unwritable } from './system-error.ts';

/** For commands that only look. A problem means that the file is there but counts as if it were not. */
export function readRecorded(folder: StateFolder, environment: string): Promise<RecordedReading> {
  return readRecordedFile(recordedPath(folder, environment));
}

/** The environments of which something is recorded, sorted; those without manifests are orphans. */
export async function recordedEnvironments(folder: StateFolder): Promise<readonly string[]> {
  const files = await readdir(folder.environments).catch(() => []);
  return files
    .map((file) => recordedEnvironmentOf(file))
    .filter((name) => name !== null)
    .sort(compareText);
}

/** The recorded state of one environment during a changing run. Changes hold at once and reach the disk soon after. */
export interface RecordedStore {
  get(): Recorded;
  set(recorded: Recorded): void;
  /** Replaces what is recorded of one resource; `null` forgets it. Costs the same however many there are. */
  record(address: Address, resource: RecordedResource | null): void;
  /** Writes what is not written yet. To be called at the end of a run and when it is interrupted. */
  flush(): Promise<void>;
}

/**
 * Opens the recorded state for changing. An unreadable file is moved aside to `<name>.json.unreadable-<timestamp>` and
 * kept; one written by a newer trueup is an error. The caller holds the lock of the project.
 */
export async function openRecordedStore(folder: StateFolder, environment: string): Promise<RecordedStore> {
  await assertWritableLately(folder);
  await removeLeftoversHourly(folder.environments);
  const path = recordedPath(folder, environment);
  const { recorded, problem } = await readRecordedFile(path, 'anew');
  if (problem?.code === 'state_too_new') throw problem;
  if (problem !== null) await moveAside(path);
  return recordedStore(path, recorded);
}

function recordedStore(path: string, initial: Recorded): RecordedStore {
  const database = new Low<Recorded>(recordedAdapter(path), NOTHING_RECORDED);
  let resources = new Map(Object.entries(initial.resources));
  let { stopped, suspended = [], revisions, quarantine } = initial;
  let snapshot: Recorded | null = initial;

  function current(): Recorded {
    const resting = { stopped, ...(suspended.length === 0 ? {} : { suspended }) };
    snapshot ??= { resources: Object.fromEntries(resources), ...resting, revisions, quarantine };
    return snapshot;
  }

  const writer = coalescedWriter(async () => {
    database.data = current();
    try {
      await database.write();
    } catch (error) {
      throw unwritable(path, error);
    }
  });

  return {
    get: current,
    set(recorded) {
      resources = new Map(Object.entries(recorded.resources));
      ({ stopped, suspended = [], revisions, quarantine } = recorded);
      snapshot = recorded;
      writer.request();
    },
    record(address, resource) {
      if (resource === null) resources.delete(address);
      else resources.set(address, resource);
      snapshot = null;
      writer.request();
    },
    flush: () => writer.flush(),
  };
}
