/**
 * A machine as one file. It is written under another name, which it loses once all of it is there; whatever keeps it from being
 * finished, the same command goes on where it ended, as long as the machine is as it was.
 */
import { createHash, type Hash, randomUUID } from 'node:crypto';
import { rename, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { syncFolder } from '../../files/atomic-file.ts';
import { errnoOf } from '../../files/errno.ts';
import { isThere } from '../../files/is-there.ts';
import { type WrittenEntry, zipDescriptor, zipEnd, type ZipEntry, zipHead } from '../../files/zip.ts';
import { TrueupError } from '../../model/failure.ts';
import type { ExportPackage, PackageHead, VmContents, VmPart } from '../../model/vm-package.ts';
import {
  CHECKSUMS,
  type Checksums,
  checksumsText,
  HEAD,
  headOf,
  headText,
  integrityOf,
  parseHead,
} from './package-layout.ts';
import { ResumableFile } from './resumable-file.ts';

export interface PackageContents {
  readonly contents: VmContents;
  read(part: VmPart, offset: number): AsyncIterable<Uint8Array>;
}

export interface ExportOptions {
  readonly signal: AbortSignal;
  readonly at: string;
  /** Bytes of the whole that are written. */
  progress(written: number, whole: number): void;
}

/** What an unfinished package is called. */
function partPath(file: string): string {
  return `${file}.part`;
}

export async function exportPackage(
  file: string,
  source: PackageContents,
  options: ExportOptions,
): Promise<ExportPackage> {
  if (await isThere(file))
    throw new TrueupError('package_unwritable', `${file} is there already`, {
      fields: { path: file },
      next: 'name another file, or remove that one',
    });
  const path = partPath(file);
  try {
    await using part = await ResumableFile.open(path);
    const writer = await PackageWriter.begin(part, source, options);
    await assertRoom(path, writer.wholeBytes - part.kept);
    const integrity = await writer.finish();
    await rename(path, file);
    await syncFolder(dirname(file));
    const { id, vm_id, created_at } = writer.head;
    return {
      id,
      container_id: vm_id,
      format: 'zip',
      location: file,
      status: 'succeeded',
      integrity_hash: integrity,
      created_at,
      size_bytes: part.position,
    };
  } catch (error) {
    options.signal.throwIfAborted();
    throw errnoOf(error) === null ? error : unwritable(path, error);
  }
}

class PackageWriter {
  readonly head: PackageHead;
  readonly #file: ResumableFile;
  readonly #source: PackageContents;
  readonly #options: ExportOptions;
  readonly #entries: WrittenEntry[] = [];
  readonly #checksums: Record<string, string> = {};

  private constructor(file: ResumableFile, head: PackageHead, source: PackageContents, options: ExportOptions) {
    this.#file = file;
    this.head = head;
    this.#source = source;
    this.#options = options;
  }

  /** With the head that is there, where it says the same of the machine as is true now; else from the beginning. */
  static async begin(file: ResumableFile, source: PackageContents, options: ExportOptions): Promise<PackageWriter> {
    const fresh = headOf(source.contents, { id: randomUUID(), at: options.at });
    const head = await begunHead(file, fresh);
    if (head === null) await file.discard();
    return new PackageWriter(file, head ?? fresh, source, options);
  }

  get wholeBytes(): number {
    const { parts } = this.head;
    return parts.reduce((sum, { bytes }) => sum + bytes, 0) + OVERHEAD;
  }

  /** Resolves with the integrity hash. */
  async finish(): Promise<string> {
    const { contents } = this.#source;
    await this.#text(HEAD, headText(this.head));
    await this.#text(this.head.definition, contents.definition.text);
    for (const part of this.head.parts) await this.#part(part);
    const checksums = checksumsText(this.#checksums satisfies Checksums);
    await this.#text(CHECKSUMS, checksums);
    await this.#put(zipEnd(this.#entries, this.#file.position));
    await this.#file.end();
    return integrityOf(checksums);
  }

  async #text(name: string, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    await this.#entry({ name, bytes: bytes.length }, async (sums) => {
      sums.update(bytes);
      await this.#put(bytes);
    });
  }

  async #part(part: VmPart): Promise<void> {
    const { name, bytes } = part;
    await this.#entry({ name, bytes }, async (sums) => {
      let done = 0;
      const end = this.#file.position + bytes;
      for (;;) {
        this.#options.signal.throwIfAborted();
        const there = await this.#file.next(Math.min(CHUNK, end - this.#file.position));
        if (there.length === 0) break;
        sums.update(there);
        done += there.length;
        this.#tell();
      }
      if (done === bytes) return;
      for await (const chunk of this.#source.read(part, done)) {
        this.#options.signal.throwIfAborted();
        done += chunk.length;
        if (done > bytes) break;
        sums.update(chunk);
        await this.#file.write(chunk);
        this.#tell();
      }
      if (done !== bytes) throw changed(name);
    });
  }

  async #entry(entry: ZipEntry, write: (sums: Sums) => Promise<void>): Promise<void> {
    const offset = this.#file.position;
    const sums = new Sums();
    await this.#put(zipHead(entry));
    await write(sums);
    await this.#put(zipDescriptor(entry, sums.crc));
    this.#entries.push({ ...entry, crc32: sums.crc, offset });
    this.#checksums[entry.name] = sums.sha256();
  }

  /** Where it is there already it is passed over: it is the same. */
  async #put(bytes: Uint8Array): Promise<void> {
    const there = await this.#file.next(bytes.length);
    if (there.length > 0 && !there.equals(bytes.subarray(0, there.length))) {
      // Else every further try would end here.
      await this.#file.discard();
      throw changed(this.head.id);
    }
    await this.#file.write(bytes.subarray(there.length));
  }

  #tell(): void {
    this.#options.progress(Math.min(this.#file.position, this.wholeBytes), this.wholeBytes);
  }
}

/** Heads, directory and texts: they are small. */
const OVERHEAD = 64 * 1024;
const CHUNK = 1024 * 1024;

class Sums {
  readonly #hash: Hash = createHash('sha256');
  #crc = 0;

  get crc(): number {
    return this.#crc;
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#crc = crc32(bytes, this.#crc);
  }

  sha256(): string {
    return `sha256:${this.#hash.digest('hex')}`;
  }
}

/** `null` where nothing is begun, or what is begun is of something else. */
async function begunHead(file: ResumableFile, fresh: PackageHead): Promise<PackageHead | null> {
  const most = zipHead({ name: HEAD, bytes: 0 }).length + Buffer.byteLength(headText(fresh)) + SLACK;
  const begin = await file.next(Math.min(file.kept, most));
  file.rewind();
  const start = zipHead({ name: HEAD, bytes: 0 }).length;
  if (begin.length <= start) return null;
  const length = Number(begin.readBigUInt64LE(start - 8));
  const head = parseHead(begin.toString('utf8', start, start + length));
  const isSame = head !== null && headText({ ...head, id: fresh.id, created_at: fresh.created_at }) === headText(fresh);
  return isSame ? head : null;
}

const SLACK = 256;

async function assertRoom(path: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new TrueupError('package_unwritable', `${path} needs ${needed} bytes more, and ${free} are free there`, {
    fields: { path, needed, free },
    next: 'make space, or name a file on another disk; the same command goes on where it ended',
  });
}

function unwritable(path: string, cause: unknown): TrueupError {
  const errno = errnoOf(cause);
  const reason = cause instanceof Error ? cause.message : String(cause);
  const advice: Readonly<Record<string, string>> = {
    ENOSPC: 'make space there, and give the same command again: it goes on where it ended',
    EDQUOT: 'the disk quota is used up: make space, and give the same command again',
    ENOENT: 'make the folder first',
    EACCES: 'name a file in a folder that you may write to',
    EROFS: 'name a file in a folder that can be written',
  };
  return new TrueupError('package_unwritable', `${path} cannot be written: ${reason}`, {
    cause,
    fields: { path, errno },
    next: advice[errno ?? ''] ?? 'look at the cause, and give the same command again: it goes on where it ended',
  });
}

function changed(what: string): TrueupError {
  return new TrueupError('package_unwritable', `${what} was changed while it was copied`, {
    retryable: true,
    next: 'see that nobody starts the machine, and export it again: it begins anew where it has to',
  });
}
