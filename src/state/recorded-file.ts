/** The file of recorded state: its format, how it is read and how it is written. Holds no secret, only keyed hashes. */
import type { Adapter } from 'lowdb';
import { isAddress } from '../model/address.ts';
import { TrueupError } from '../model/failure.ts';
import { compareText } from '../model/json.ts';
import { NOTHING_RECORDED, type Recorded } from '../model/observed.ts';
import { writeFileAtomic } from '../files/atomic-file.ts';
import { FileMemo } from '../files/file-memo.ts';
import { anyObject, count, flag, listOf, mapOf, nullable, objectOf, oneOf, optional, text, textThat } from './shape.ts';
import { parseStored, type StoredJson } from './stored-json.ts';
import { errnoOf } from '../files/errno.ts';
import { unreadable } from './system-error.ts';

const RECORDED_FORMAT_VERSION = '1.1';

const address = textThat(isAddress, 'an address');

const revision = nullable(objectOf({ commit: nullable(text), dirty: flag }));

const QUARANTINE_SHAPE = nullable(
  objectOf({
    revision: objectOf({ commit: nullable(text), dirty: flag }),
    digest: text,
    run: text,
    since: text,
    at: text,
    failed: listOf(address),
    reason: oneOf(['step_failed', 'gate_not_met', 'rolled_back']),
    why: text,
    attempts: count,
  }),
);

const RECORDED_SHAPE = objectOf({
  resources: mapOf(
    address,
    objectOf({
      engine: text,
      name: text,
      config: anyObject,
      inputs: optional(mapOf(text, text)),
      revision: nullable(text),
      unfinished: flag,
      adopted: optional(listOf(text)),
      gate: optional(objectOf({ met: flag, at: text, reason: optional(text) })),
    }),
  ),
  stopped: listOf(address),
  suspended: optional(listOf(address)),
  revisions: objectOf({
    last_applied: revision,
    last_attempted: revision,
    last_healthy: revision,
    healthy_digest: optional(text),
    attempt_healthy: flag,
  }),
  quarantine: optional(QUARANTINE_SHAPE),
});

export interface RecordedReading {
  readonly recorded: Recorded;
  /** Why nothing is known although a file is there. */
  readonly problem: TrueupError | null;
}

type StoredRecorded = Omit<Recorded, 'quarantine'> & Partial<Pick<Recorded, 'quarantine'>>;

/** A pass of the long-lived side asks several times for what hardly ever changes. */
const memo = new FileMemo<StoredJson<StoredRecorded>>(
  (content) => parseStored<StoredRecorded>(content, RECORDED_FORMAT_VERSION, RECORDED_SHAPE),
  16 * 1024 * 1024,
);

/**
 * Reads without ever throwing for what the file holds: a missing or damaged file means that nothing is recorded. `anew` by
 * who writes it next: what a file system's clock hides from a look would be lost for good.
 */
export async function readRecordedFile(path: string, how: 'known' | 'anew' = 'known'): Promise<RecordedReading> {
  let stored: StoredJson<StoredRecorded>;
  try {
    stored = await (how === 'anew' ? memo.readAnew(path) : memo.read(path));
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return { recorded: NOTHING_RECORDED, problem: null };
    return nothing(unreadable(path, error instanceof Error ? error.message : String(error), DAMAGED, error));
  }
  if (stored.status === 'damaged') return nothing(unreadable(path, stored.reason, DAMAGED));
  if (stored.status === 'too_new') return nothing(tooNew(path, stored.found));
  // Format 1.0 knows no quarantine.
  const { resources, stopped, suspended = [], revisions, quarantine = null } = stored.value;
  const resting = { stopped, ...(suspended.length === 0 ? {} : { suspended }) };
  return { recorded: { resources, ...resting, revisions, quarantine }, problem: null };
}

/** lowdb's storage for this file: whole files or none, resources in the order of their addresses. */
export function recordedAdapter(path: string): Adapter<Recorded> {
  return {
    async read() {
      return (await readRecordedFile(path, 'anew')).recorded;
    },
    async write(recorded) {
      const resources = Object.fromEntries(
        Object.entries(recorded.resources).toSorted(([left], [right]) => compareText(left, right)),
      );
      const stopped = [...recorded.stopped].sort(compareText);
      const { revisions, quarantine, suspended = [] } = recorded;
      const resting = { stopped, ...(suspended.length === 0 ? {} : { suspended: suspended.toSorted(compareText) }) };
      const file = { format_version: RECORDED_FORMAT_VERSION, revisions, quarantine, ...resting, resources };
      await writeFileAtomic(path, `${JSON.stringify(file, null, 1)}\n`);
    },
  };
}

const DAMAGED =
  'The next apply moves it aside and records anew. Until then the cause of a difference is unknown, and services that were stopped on purpose count as to be running.';

function nothing(problem: TrueupError): RecordedReading {
  return { recorded: NOTHING_RECORDED, problem };
}

function tooNew(path: string, found: string): TrueupError {
  return new TrueupError('state_too_new', `${path} was written by a newer trueup (format ${found})`, {
    fields: { path, format_version: found, supported: RECORDED_FORMAT_VERSION },
    next: 'Update trueup. Or delete the file: then only causes and services stopped on purpose are forgotten.',
  });
}
