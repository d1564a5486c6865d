/** A package of a machine, checked whole before any of it is handed out. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { errnoOf } from '../../files/errno.ts';
import { type FoundEntry, readZip } from '../../files/zip.ts';
import { TrueupError } from '../../model/failure.ts';
import type { PackageHead, VmPart } from '../../model/vm-package.ts';
import { CHECKSUMS, HEAD, integrityOf, parseChecksums, parseHead } from './package-layout.ts';

export interface OpenPackage extends AsyncDisposable {
  readonly head: PackageHead;
  readonly definition: string;
  readonly integrity: string;
  read(part: VmPart): AsyncIterable<Uint8Array>;
}

export interface OpenOptions {
  readonly signal: AbortSignal;
  /** Bytes of the whole that are checked. */
  progress(checked: number, whole: number): void;
}

/** Rejects with `package_damaged`. */
export async function openPackage(path: string, options: OpenOptions): Promise<OpenPackage> {
  await using opened = new AsyncDisposableStack();
  const file = await openFile(path);
  opened.defer(() => file.close());
  const { size } = await file.stat();
  const entries = await readZip(size, async (offset, length) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  });
  if (entries === null) throw damaged(path, 'it is no package, or cut off');
  const text = async (name: string): Promise<string> => {
    const found = entries.find((entry) => entry.name === name);
    if (found === undefined || found.bytes > LONGEST_TEXT) throw damaged(path, `it holds no ${name}`);
    const { buffer } = await file.read(Buffer.alloc(found.bytes), 0, found.bytes, found.start);
    return buffer.toString('utf8');
  };
  const head = parseHead(await text(HEAD));
  if (head === null) throw damaged(path, 'what it says of itself cannot be read: a newer trueup may have written it');
  const sums = await text(CHECKSUMS);
  await check(path, file, { entries, checksums: parseChecksums(sums), head }, options);
  const definition = await text(head.definition);
  const moved = opened.move();
  return {
    head,
    definition,
    integrity: integrityOf(sums),
    read: (part) => contentOf(file, entryOf(path, entries, part.name)),
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
}

const LONGEST_TEXT = 16 * 1024 * 1024;
const CHUNK = 1024 * 1024;

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw new TrueupError('package_damaged', `${path} cannot be read: ${errnoOf(error) ?? String(error)}`, {
      cause: error,
      fields: { path },
      next: 'name the file that `trueup snapshot export` has written',
    });
  }
}

interface Checked {
  readonly entries: readonly FoundEntry[];
  readonly checksums: Readonly<Record<string, string>>;
  readonly head: PackageHead;
}

/** All that it names is there, nothing else is, and each is what it was. */
async function check(
  path: string,
  file: FileHandle,
  { entries, checksums, head }: Checked,
  { signal, progress }: OpenOptions,
): Promise<void> {
  const named = [HEAD, head.definition, ...head.parts.map(({ name }) => name)];
  if (named.length !== Object.keys(checksums).length || entries.length !== named.length + 1)
    throw damaged(path, 'it does not hold what it says');
  const whole = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  let checked = 0;
  for (const name of named) {
    const entry = entryOf(path, entries, name);
    const hash = createHash('sha256');
    for await (const chunk of contentOf(file, entry)) {
      signal.throwIfAborted();
      hash.update(chunk);
      checked += chunk.length;
      progress(checked, whole);
    }
    if (`sha256:${hash.digest('hex')}` !== checksums[name]) throw damaged(path, `${name} is not what was written`);
    const part = head.parts.find((one) => one.name === name);
    if (part !== undefined && part.bytes !== entry.bytes) throw damaged(path, `${name} is not as long as it was`);
  }
}

function entryOf(path: string, entries: readonly FoundEntry[], name: string): FoundEntry {
  const found = entries.find((entry) => entry.name === name);
  if (found === undefined) throw damaged(path, `it holds no ${name}`);
  return found;
}

async function* contentOf(file: FileHandle, { start, bytes }: FoundEntry): AsyncGenerator<Uint8Array, void, undefined> {
  for (let done = 0; done < bytes; ) {
    const length = Math.min(CHUNK, bytes - done);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start + done);
    if (bytesRead === 0) return;
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function damaged(path: string, why: string): TrueupError {
  return new TrueupError('package_damaged', `${path} cannot be imported: ${why}`, {
    fields: { path },
    next: 'nothing was touched: copy it again, or export it anew',
  });
}
