/** A tar archive with everything in it one folder further down, and nothing else changed. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { posix } from 'node:path';
import type { Headers } from 'tar-stream';

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
  extraction.on('entry', (header: PaxHeaders, content: Readable, next: (error?: unknown) => void) => {
    pipeline(
      content,
      packed.entry(moved(header, folder), (error) => next(error)),
    ).catch(next);
  });
  const done = pipeline(Readable.from(archive), extraction).then(
    () => packed.finalize(),
    (error: unknown) => void packed.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  try {
    for await (const chunk of packed) yield chunk as Uint8Array;
  } finally {
    extraction.destroy();
    packed.destroy();
    await done;
  }
}

function moved(header: PaxHeaders, folder: string): Headers {
  const { name, type, linkname, pax, mode } = header;
  const below = (path: string): string => posix.join(folder, path);
  const kept = Object.entries(pax ?? {}).filter(([key]) => !WRITTEN_ANEW.includes(key));
  return {
    ...header,
    name: below(name),
    mode: (mode ?? 0) | REGULAR,
    ...(type === 'link' ? { linkname: below(linkname ?? '') } : {}),
    ...{ pax: kept.length === 0 ? null : Object.fromEntries(kept) },
  };
}
