/** A tar archive with everything in it one folder further down, and nothing else changed. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { posix } from 'node:path';
import type { Headers } from 'tar-stream';
import { archiveChunks } from '../../../files/archive-chunks.ts';
import { visitEntries } from '../../../files/archive-entries.ts';

/** Beside what its types say. */
interface PaxHeaders extends Headers {
  readonly pax?: Readonly<Record<string, string>> | null;
}

/** Names are written anew from the header itself. */
const WRITTEN_ANEW: readonly string[] = ['path', 'linkpath', 'size'];

/** No permission bit at all counts as not set where an archive is packed; the bit of a regular file is not written. */
const REGULAR = 0o100000;

/** Throws where the archive breaks off. */
export async function* withPrefix(
  archive: AsyncIterable<Uint8Array>,
  folder: string,
): AsyncGenerator<Uint8Array, void> {
  // Loaded by those alone who need it.
  const { extract, pack } = await import('tar-stream');
  const extraction = extract();
  const packed = pack();
  visitEntries(extraction, async (header, content) => {
    const { promise: packedUp, resolve, reject } = Promise.withResolvers<void>();
    const entry = packed.entry(moved(header, folder), (error) =>
      error === null || error === undefined ? resolve() : reject(error),
    );
    await Promise.all([pipeline(content, entry), packedUp]);
  });
  pipeline(Readable.from(archive), extraction).then(
    () => packed.finalize(),
    (error: unknown) => void packed.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  try {
    yield* archiveChunks(packed);
  } finally {
    extraction.destroy();
  }
}

function moved(header: PaxHeaders, folder: string): Headers {
  const { name, type, linkname, pax, mode } = header;
  const below = (path: string): string => posix.join(folder, path);
  const kept = Object.entries(pax ?? {}).filter(([key]) => !WRITTEN_ANEW.includes(key));
  // Its types do not know of them.
  const own: PaxHeaders = { name: below(name), pax: kept.length === 0 ? null : Object.fromEntries(kept) };
  return {
    ...header,
    mode: (mode ?? 0) | REGULAR,
    ...(type === 'link' ? { linkname: below(linkname ?? '') } : {}),
    ...own,
  };
}
