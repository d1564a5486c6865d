/**
 * Snapshots of volumes, a folder each: `backups/<environment>/<volume>/<UTC timestamp>-<run>/{data.tar,manifest.json}`.
 * A snapshot is there wholly or not at all: it is written under another name, reaches the disk, and is renamed; older ones
 * go only afterwards. Nothing rests on them but what somebody asks to have back.
 */
import { type FileHandle, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../files/errno.ts';
import { makeFolder } from '../files/make-folder.ts';
import { PRIVATE_FILE } from '../files/atomic-file.ts';
import { TrueupError } from '../model/failure.ts';
import { SNAPSHOT_FORMAT_VERSION, type Snapshot, type SnapshotSubject } from '../model/snapshot.ts';
import { indexArchive } from './archive-index.ts';
import type { StateFolder } from './folder.ts';
import { count, objectOf, text } from './shape.ts';
import { snapshotId } from './snapshot-id.ts';
import { parseStored } from './stored-json.ts';

export interface TakeOptions {
  /** How many of the volume stay, the new one included. */
  readonly kept: number;
  /** One that stays beside those: it is about to be read. */
  readonly spared?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly signal: AbortSignal;
}

export interface BackupStore {
  /** Of one volume and run there is one at most: where it is there, nothing is read. Those of one key are taken in turn. */
  take(subject: SnapshotSubject, archive: () => AsyncIterable<Uint8Array>, options: TakeOptions): Promise<Snapshot>;
  /** The archive of a snapshot by its id; rejects with `backup_not_found`. */
  read(environment: string, volume: string, id: string): Promise<AsyncIterable<Uint8Array>>;
}

const ARCHIVE = 'data.tar';
const MANIFEST = 'manifest.json';
const UNFINISHED = '.tmp';

export function openBackups(folder: StateFolder): BackupStore {
  const turns = new Map<string, Promise<unknown>>();
  return {
    take(subject, archive, options) {
      const place = volumeFolder(folder, subject.environment, subject.volume);
      const taken = (turns.get(place) ?? Promise.resolve()).then(() => take(place, subject, archive, options));
      turns.set(
        place,
        taken.catch(() => undefined),
      );
      return taken;
    },
    async read(environment, volume, id) {
      const known = await snapshotsIn(volumeFolder(folder, environment, volume));
      const found = known.find((snapshot) => snapshot.id === id);
      if (found !== undefined) return readSnapshot(folder, found);
      throw new TrueupError('backup_not_found', `there is no snapshot ${id} of volume ${volume} any more`, {
        fields: { environment, volume, snapshot: id },
        next: '`trueup rollback --volumes --list` shows what there is',
      });
    },
  };
}

async function take(
  place: string,
  subject: SnapshotSubject,
  archive: () => AsyncIterable<Uint8Array>,
  { kept, spared, now, signal }: TakeOptions,
): Promise<Snapshot> {
  const all = await snapshotsIn(place);
  const { run, engine, name } = subject;
  const known = all.find((one) => one.run === run && one.engine === engine && one.name === name);
  if (known !== undefined) return known;
  const takenAt = new Date(now).toISOString();
  const id = snapshotId(run, now, all.at(-1)?.id);
  const unfinished = join(place, `${id}${UNFINISHED}`);
  try {
    await makeFolder(place);
    // Nobody else writes here: whoever takes a snapshot holds the lock of the project.
    for (const left of await readdir(place)) {
      if (left.endsWith(UNFINISHED)) await rm(join(place, left), { recursive: true, force: true });
    }
    await makeFolder(unfinished);
    const snapshot = await write(unfinished, { ...subject, id, taken_at: takenAt }, archive(), signal);
    await rename(unfinished, join(place, id));
    await synced(place);
    await removeOldest(place, run, kept, spared);
    return snapshot;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    signal.throwIfAborted();
    throw failed(subject, place, error);
  }
}

async function write(
  folder: string,
  begun: Omit<Snapshot, 'size_bytes' | 'sha256'>,
  archive: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<Snapshot> {
  const file = await open(join(folder, ARCHIVE), 'wx', PRIVATE_FILE);
  try {
    const { files, ...found } = await indexArchive(archive, async (chunk) => {
      signal.throwIfAborted();
      await writeAll(file, chunk);
    });
    await file.sync();
    const snapshot = { ...begun, ...found };
    const manifest = { format_version: SNAPSHOT_FORMAT_VERSION, ...snapshot, files };
    await writeSynced(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
    await synced(folder);
    return snapshot;
  } finally {
    await file.close();
  }
}

/** A full disk may take a part of it. */
async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    written += (await file.write(chunk, written)).bytesWritten;
  }
}

async function writeSynced(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', PRIVATE_FILE);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Not every file system can, and then nothing is lost by going on. */
async function synced(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync().catch(() => undefined);
  } finally {
    await handle.close();
  }
}

/** One key may stand for two volumes, as on two engines: what the same run has taken of the other one stays. */
async function removeOldest(place: string, run: string, kept: number, spared: string | undefined): Promise<void> {
  const all = (await snapshotsIn(place)).filter(({ id }) => id !== spared);
  for (const one of all.slice(0, Math.max(0, all.length - kept))) {
    if (one.run !== run) await rm(join(place, one.id), { recursive: true, force: true });
  }
}

function failed({ volume, name }: SnapshotSubject, place: string, cause: unknown): TrueupError {
  const errno = errnoOf(cause);
  const reason = cause instanceof Error ? cause.message : String(cause);
  const advice: Readonly<Record<string, string>> = {
    ENOSPC: 'free some space on the disk of the state folder',
    EDQUOT: 'free some space: the disk quota is used up',
    EROFS: 'make the state folder writable',
    EACCES: 'make the state folder writable',
  };
  const message = `no snapshot of the volume ${name} could be taken: ${reason}`;
  return new TrueupError('backup_failed', message, {
    cause,
    fields: { volume, name, path: place, errno },
    next: `${advice[errno ?? ''] ?? 'look at the cause'}, and apply again; without backup_enabled it goes on without one`,
  });
}

/** Snapshots of an environment, oldest first; those whose manifest cannot be read are left out. */
export async function listSnapshots(folder: StateFolder, environment: string): Promise<readonly Snapshot[]> {
  const place = join(folder.path, 'backups', encodeURIComponent(environment));
  const volumes = await namesIn(place);
  const found = await Promise.all(volumes.map(async (volume) => snapshotsIn(join(place, volume))));
  return found.flat().sort((left, right) => (left.id < right.id ? -1 : 1));
}

/** The archive of a snapshot, from its beginning. */
export async function* readSnapshot(folder: StateFolder, snapshot: Snapshot): AsyncGenerator<Uint8Array> {
  const file = await open(join(volumeFolder(folder, snapshot.environment, snapshot.volume), snapshot.id, ARCHIVE), 'r');
  try {
    for await (const chunk of file.createReadStream({ autoClose: false })) yield chunk as Buffer;
  } finally {
    await file.close();
  }
}

/** Whether what is there is what was written; rejects with `backup_damaged`, or the signal's reason. */
export async function verifySnapshot(folder: StateFolder, snapshot: Snapshot, signal: AbortSignal): Promise<void> {
  try {
    const found = await indexArchive(readSnapshot(folder, snapshot), async () => signal.throwIfAborted());
    if (found.sha256 === snapshot.sha256 && found.size_bytes === snapshot.size_bytes) return;
    throw new Error('its content is not what its manifest says');
  } catch (error) {
    signal.throwIfAborted();
    const { volume, id, environment } = snapshot;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrueupError('backup_damaged', `the snapshot ${id} of volume ${volume} is damaged: ${reason}`, {
      cause: error,
      fields: { volume, snapshot: id, environment },
      next: 'nothing was touched: choose an older snapshot by its run, see `trueup rollback --volumes --list`',
    });
  }
}

function volumeFolder(folder: StateFolder, environment: string, volume: string): string {
  return join(folder.path, 'backups', encodeURIComponent(environment), encodeURIComponent(volume));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return [];
    throw error;
  }
}

const SNAPSHOT_SHAPE = objectOf({
  volume: text,
  name: text,
  engine: text,
  project: text,
  environment: text,
  run: text,
  revision: objectOf({}),
  taken_at: text,
  size_bytes: count,
  sha256: text,
});

async function snapshotsIn(place: string): Promise<readonly Snapshot[]> {
  const ids = (await namesIn(place)).filter((name) => !name.endsWith(UNFINISHED));
  const found = await Promise.all(ids.map(async (id) => snapshotOf(place, id)));
  return found.flat();
}

async function snapshotOf(place: string, id: string): Promise<readonly Snapshot[]> {
  const content = await readFile(join(place, id, MANIFEST), 'utf8').catch(() => null);
  if (content === null) return [];
  const stored = parseStored<Snapshot>(content, SNAPSHOT_FORMAT_VERSION, SNAPSHOT_SHAPE);
  if (stored.status !== 'read') return [];
  const { volume, name, engine, project, environment, run, revision, taken_at, size_bytes, sha256 } = stored.value;
  return [{ id, volume, name, engine, project, environment, run, revision, taken_at, size_bytes, sha256 }];
}
