/** Emptying and filling a volume by the engine's archive calls alone: nothing is run for it. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { archiveChunks } from '../../../files/archive-chunks.ts';
import { visitEntries } from '../../../files/archive-entries.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { EngineWriter } from '../api/engine-api.ts';
import { withPrefix } from './prefixed-archive.ts';
import { statusOf } from './refusals.ts';

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
    await api.writeArchive(helper, '/', Readable.from(archiveChunks(archive)), signal);
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
  visitEntries(extraction, async () => {
    count += 1;
    // The folder itself is the first. More need not be read to its end.
    if (count > 1) tar.destroy();
  });
  await pipeline(tar, extraction, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    if (count <= 1) throw error;
  });
  return count <= 1;
}

/** With the folder itself, whose owner and mode are part of the data. */
export async function filled(
  api: EngineWriter,
  { helper, place }: FilledVolume,
  archive: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const moved = Readable.from(withPrefix(archive, place));
  const failed = new AbortController();
  let lost: unknown = null;
  moved.once('error', (error) => {
    lost = error;
    failed.abort(error);
  });
  try {
    await api.writeArchive(helper, '/', moved, AbortSignal.any([signal, failed.signal]));
  } catch (error) {
    signal.throwIfAborted();
    throw lost ?? error;
  } finally {
    moved.destroy();
  }
}
