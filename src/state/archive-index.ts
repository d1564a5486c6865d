/**
 * What a tar archive holds, found out while it flows by: nothing is unpacked. An archive that ends before its end, as one
 * does whose writer broke off, is an error.
 */
import { createHash } from 'node:crypto';
import { finished } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import type { Headers } from 'tar-stream';
import { visitEntries } from '../files/archive-entries.ts';
import type { SnapshotFile } from '../model/snapshot.ts';

export interface IndexedArchive {
  readonly files: readonly SnapshotFile[];
  readonly size_bytes: number;
  readonly sha256: string;
}

/** Hands every chunk to `write` and, once it is taken, to the next. Rejects for what is no whole archive. */
export async function indexArchive(
  archive: AsyncIterable<Uint8Array>,
  write: (chunk: Uint8Array) => Promise<void>,
): Promise<IndexedArchive> {
  // Loaded by those alone who need it.
  const { extract } = await import('tar-stream');
  const extraction = extract();
  const files: SnapshotFile[] = [];
  visitEntries(extraction, async (headers, content) => {
    files.push(await indexEntry(headers, content));
  });
  const ended = finished(extraction);
  // Heard where it is awaited; until then a failed one must not count as nobody's.
  ended.catch(() => undefined);
  const whole = createHash('sha256');
  let size = 0;
  let isEnded = false;
  let tail = Buffer.alloc(0);
  for await (const chunk of archive) {
    whole.update(chunk);
    size += chunk.length;
    const last = chunk.subarray(-2 * BLOCK_BYTES);
    tail = Buffer.concat([tail, last]).subarray(-2 * BLOCK_BYTES);
    await write(chunk);
    if (!isEnded && !extraction.write(chunk)) await drained(extraction).catch(() => undefined);
    isEnded ||= extraction.destroyed;
    if (isEnded) await ended;
  }
  extraction.end();
  await ended;
  // A list that breaks off between two files looks whole but for the blocks that end it.
  if (size === 0 || tail.some((byte) => byte !== 0)) throw new Error('the archive ends before its end');
  return { files, size_bytes: size, sha256: whole.digest('hex') };
}

const BLOCK_BYTES = 512;

async function indexEntry({ name, type, size, mode }: Headers, content: Readable): Promise<SnapshotFile> {
  const hash = createHash('sha256');
  for await (const chunk of content) hash.update(chunk as Uint8Array);
  const kind = type ?? 'file';
  return {
    path: name,
    type: kind,
    size: size ?? 0,
    mode: mode ?? 0,
    sha256: kind === 'file' ? hash.digest('hex') : null,
  };
}

function drained(stream: NodeJS.EventEmitter): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const event of ['drain', 'close', 'error']) stream.once(event, () => resolve());
  return promise;
}
