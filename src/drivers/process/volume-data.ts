/**
 * The data of a volume as a tar archive, and back. Filling one makes a whole folder beside the data before that one makes
 * way, so that an archive that breaks off leaves the volume as it was.
 */
import { createReadStream, existsSync, renameSync } from 'node:fs';
import { lstat, mkdir, readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Headers, Pack } from 'tar-stream';
import { archiveChunks } from '../../files/archive-chunks.ts';
import { errnoOf } from '../../files/errno.ts';
import { TrueupError } from '../../model/failure.ts';
import type { StepContext } from '../step-context.ts';
import type { Engine } from './engine.ts';
import { refuseForeign } from './services.ts';
import { discard } from './trash.ts';
import { formerFolder, freshFolder, settledData } from './volume-settling.ts';
import { unpackInto } from './volume-unpack.ts';

export async function* readVolume(
  { root }: Engine,
  name: string,
  { signal }: StepContext,
): AsyncGenerator<Uint8Array, void> {
  const folder = presentData(root, name);
  // Loaded by those alone who need it.
  const { pack } = await import('tar-stream');
  const archive = pack();
  const left = new AbortController();
  const either = AbortSignal.any([signal, left.signal]);
  packFolder(archive, folder, either).then(
    () => archive.finalize(),
    (error: unknown) => void archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  try {
    yield* archiveChunks(archive);
  } finally {
    left.abort();
  }
}

export async function writeVolume(
  engine: Engine,
  name: string,
  archive: AsyncIterable<Uint8Array>,
  context: StepContext,
): Promise<void> {
  const { root } = engine;
  refuseForeign(engine, 'volume', name, context);
  const folder = presentData(root, name);
  const [fresh, former] = [freshFolder(root, name), formerFolder(root, name)];
  try {
    // Left by a crash.
    await discard(root, former);
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { mode: 0o700 });
    await unpackInto(fresh, archive, context.signal);
    // In one breath, before the bytes are freed. A crash in between is made good by whoever asks for the data next.
    renameSync(folder, former);
    renameSync(fresh, folder);
    await discard(root, former);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true }).catch(() => undefined);
    context.signal.throwIfAborted();
    throw explained(error, name);
  }
}

function presentData(root: string, name: string): string {
  const folder = settledData(root, name);
  if (existsSync(folder)) return folder;
  throw new TrueupError('object_missing', `the volume ${name} is gone`, {
    fields: { name },
    next: 'apply first, so that there is a volume',
  });
}

function explained(error: unknown, name: string): unknown {
  if (error instanceof TrueupError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new TrueupError('step_failed', `the volume ${name} cannot be filled: ${reason}`, {
    cause: error,
    fields: { name, errno: errnoOf(error) },
    next: 'look at the cause, and try again: what the volume held before is still there, or in the snapshot taken of it',
  });
}

/** Everything below a folder, itself first. Sockets are left out: no archive has them, and nobody listens on them. */
async function packFolder(archive: Pack, folder: string, signal: AbortSignal): Promise<void> {
  /** The first path of each file that has several. */
  const linked = new Map<string, string>();

  async function add(path: string, name: string): Promise<void> {
    signal.throwIfAborted();
    const found = await lstat(path);
    const { mode, uid, gid, mtime } = found;
    // No permission bit at all would count as not set; the bit of the type is not written.
    const header = { name, mode, uid, gid, mtime };
    if (found.isDirectory()) {
      await addEntry(archive, { ...header, type: 'directory' });
      for (const child of (await readdir(path)).sort()) await add(join(path, child), `${name}/${child}`);
    } else if (found.isSymbolicLink()) {
      await addEntry(archive, { ...header, type: 'symlink', linkname: await readlink(path) });
    } else if (found.isFile()) {
      const known = linked.get(`${found.dev}:${found.ino}`);
      if (known !== undefined) return addEntry(archive, { ...header, type: 'link', linkname: known });
      if (found.nlink > 1) linked.set(`${found.dev}:${found.ino}`, name);
      const entry = archive.entry({ ...header, type: 'file', size: found.size });
      // A file that grows meanwhile would not fit its header.
      const end = Math.max(0, found.size - 1);
      await pipeline(found.size === 0 ? Readable.from([]) : createReadStream(path, { end }), entry, { signal });
    }
  }

  await add(folder, '.');
}

function addEntry(archive: Pack, header: Headers): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  archive.entry(header, (error) => (error === null || error === undefined ? resolve() : reject(error)));
  return promise;
}
