/** Emptying and filling a volume by the engine's archive calls alone: nothing is run for it. */
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Headers } from 'tar-stream';
import { archiveChunks } from '../../../files/archive-chunks.ts';
import { visitEntries } from '../../../files/archive-entries.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { EngineWriter } from '../api/engine-api.ts';
import { statusOf } from './refusals.ts';
import { noticingRoot } from './root-entry.ts';

export interface FilledVolume {
  /** The id of the container that has it. */
  readonly helper: string;
  /** Its folder below the root of the container. */
  readonly place: string;
  readonly volume: string;
}

/**
 * A file that is unpacked over a folder takes the place of all that is in it; only the folder itself stays, since something
 * is mounted there, and the engine says so. What became of it is looked at, whatever it says.
 */
export async function emptied(api: EngineWriter, filled: FilledVolume, signal: AbortSignal): Promise<void> {
  const { helper, place, volume } = filled;
  if (await isEmpty(api, filled, signal)) return;
  const { pack } = await import('tar-stream');
  const archive = pack();
  archive.entry({ name: place, type: 'file' }, '');
  archive.finalize();
  let refusal: unknown = null;
  try {
    await sendArchive(api, { helper, path: '/' }, archiveChunks(archive), signal);
  } catch (error) {
    signal.throwIfAborted();
    if (statusOf(error) === null) throw error;
    refusal = error;
  }
  if (await isEmpty(api, filled, signal)) return;
  throw new TrueupError('step_failed', `the engine cannot empty the volume ${volume}`, {
    cause: refusal,
    fields: { name: volume },
    next: 'what it held is in the snapshot that was taken before: remove the volume, apply, and try again',
  });
}

async function isEmpty(api: EngineWriter, { helper, place }: FilledVolume, signal: AbortSignal): Promise<boolean> {
  const { extract } = await import('tar-stream');
  const tar = await api.readArchive(helper, `/${place}/.`, signal);
  const extraction = extract();
  let count = 0;
  visitEntries(extraction, async ({ name }) => {
    // The folder itself, which not every engine lists.
    if (posix.normalize(name).replace(/\/$/, '') === '.') return;
    count += 1;
    // The rest need not be read.
    tar.destroy();
  });
  await pipeline(tar, extraction, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    if (count === 0) throw error;
  });
  return count === 0;
}

/** With the folder itself, whose owner, mode and time are part of the data. */
export async function filled(
  api: EngineWriter,
  { helper, place }: Omit<FilledVolume, 'volume'>,
  archive: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  let root: Headers | null = null;
  const noticing = noticingRoot(archive, (header) => {
    root = header;
  });
  await sendArchive(api, { helper, path: `/${place}` }, noticing, signal);
  if (root !== null) await sendArchive(api, { helper, path: '/' }, await folderAlone(place, root), signal);
}

async function folderAlone(name: string, { mode, uid, gid, mtime }: Headers): Promise<AsyncIterable<Uint8Array>> {
  const { pack } = await import('tar-stream');
  const archive = pack();
  // No permission bit at all counts as not set where an archive is packed; the bit of a folder is not written.
  const header = { name, type: 'directory', mode: (mode ?? 0) | 0o040000 } as const;
  archive.entry({ ...header, uid, gid, mtime });
  archive.finalize();
  return archiveChunks(archive);
}

/** Cut off by an interrupt at once: it can take long, and what is there of it counts for nothing. */
async function sendArchive(
  api: EngineWriter,
  { helper, path }: { readonly helper: string; readonly path: string },
  archive: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const sent = Readable.from(archive);
  const failed = new AbortController();
  let lost: unknown = null;
  sent.once('error', (error) => {
    lost = error;
    failed.abort(error);
  });
  try {
    await api.writeArchive(helper, path, sent, AbortSignal.any([signal, failed.signal]));
  } catch (error) {
    signal.throwIfAborted();
    throw lost ?? error;
  } finally {
    sent.destroy();
  }
}
