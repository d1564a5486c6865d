/**
 * The chunks of an archive that is being packed. The streams of tar-stream are not Node's own: whoever stops reading one in
 * the middle waits for ever. Between the two stands one of Node's.
 */
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Throws what destroyed the archive. However the reading ends, the archive is destroyed with it. */
export async function* archiveChunks(archive: Readable): AsyncGenerator<Uint8Array, void> {
  const own = new PassThrough();
  // What goes wrong is heard by whoever reads.
  pipeline(archive, own).catch(() => undefined);
  try {
    for await (const chunk of own) yield chunk as Uint8Array;
  } finally {
    own.destroy();
    archive.destroy();
  }
}
