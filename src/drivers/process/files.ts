/**
 * Small files of the registry, read as cheaply as Node can: an observation reads a few of them per service, for
 * thousands of services, and they are local and tiny, so that synchronous calls cost a fraction of asynchronous ones.
 * The rare one that is not tiny is read whole all the same: an entry that is cut would count as damaged.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

const buffer = Buffer.allocUnsafe(256 * 1024);

/** The text of a file, `null` where it is missing or cannot be read. */
export function readSmallFile(path: string): string | null {
  return readWith(path, () => undefined)?.text ?? null;
}

/** The same, with the time of the last change. */
export function readStampedFile(path: string): { readonly text: string; readonly changedAt: Date } | null {
  const read = readWith(path, (descriptor) => fstatSync(descriptor).mtime);
  return read === null ? null : { text: read.text, changedAt: read.extra };
}

function readWith<T>(
  path: string,
  extra: (descriptor: number) => T,
): { readonly text: string; readonly extra: T } | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    const length = readSync(descriptor, buffer, 0, buffer.length, 0);
    const text = length < buffer.length ? buffer.toString('utf8', 0, length) : readFileSync(descriptor, 'utf8');
    return { text, extra: extra(descriptor) };
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}
