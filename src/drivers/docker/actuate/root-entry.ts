/**
 * The folder that an archive begins with: engines unpack all that is in it into a folder that is there, whose own owner,
 * mode and time they leave as they are.
 */
import { posix } from 'node:path';
import type { Headers } from 'tar-stream';
import { visitEntries } from '../../../files/archive-entries.ts';

/** Hands the archive on as it is. `seen` is told of its first entry where that is the folder itself. */
export async function* noticingRoot(
  archive: AsyncIterable<Uint8Array>,
  seen: (root: Headers) => void,
): AsyncGenerator<Uint8Array, void> {
  // Loaded by those alone who need it.
  const { extract } = await import('tar-stream');
  const extraction = extract();
  let isOver = false;
  visitEntries(extraction, async (header) => {
    if (!isOver && header.type === 'directory' && posix.normalize(header.name).replace(/\/$/, '') === '.') seen(header);
    isOver = true;
  });
  // What is no archive is the engine's to refuse.
  extraction.on('error', () => (isOver = true));
  for await (const chunk of archive) {
    if (!isOver) extraction.write(chunk);
    else if (!extraction.destroyed) extraction.destroy();
    yield chunk;
  }
}
