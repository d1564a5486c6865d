/**
 * Archives of stored entries in the ZIP format, with 64-bit sizes: what is written is known down to the byte before the content
 * is, so an archive that was begun can be gone on with. Checksums of contents stand behind them, and in the directory at the end.
 */

export interface ZipEntry {
  /** UTF-8; no folder. */
  readonly name: string;
  readonly bytes: number;
}

export interface WrittenEntry extends ZipEntry {
  readonly crc32: number;
  /** Where its head begins. */
  readonly offset: number;
}

const HEAD = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const DIRECTORY = 0x02014b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const END = 0x06054b50;

const VERSION = 45;
/** The checksum stands behind the content; names are UTF-8. */
const FLAGS = 0x0808;
/** The first day that the format knows: when something was written says nothing of what it is. */
const DAY = 0x21;
const SIZES_64 = 0x0001;
const FULL_32 = 0xffffffff;
const FULL_16 = 0xffff;

export function zipHead({ name, bytes }: ZipEntry): Buffer {
  const path = Buffer.from(name);
  const head = Buffer.alloc(30 + path.length + 20);
  head.writeUInt32LE(HEAD, 0);
  head.writeUInt16LE(VERSION, 4);
  head.writeUInt16LE(FLAGS, 6);
  head.writeUInt16LE(DAY, 12);
  head.writeUInt32LE(FULL_32, 18);
  head.writeUInt32LE(FULL_32, 22);
  head.writeUInt16LE(path.length, 26);
  head.writeUInt16LE(20, 28);
  path.copy(head, 30);
  const extra = 30 + path.length;
  head.writeUInt16LE(SIZES_64, extra);
  head.writeUInt16LE(16, extra + 2);
  head.writeBigUInt64LE(BigInt(bytes), extra + 4);
  head.writeBigUInt64LE(BigInt(bytes), extra + 12);
  return head;
}

/** Behind the content. */
export function zipDescriptor({ bytes }: ZipEntry, crc32: number): Buffer {
  const descriptor = Buffer.alloc(24);
  descriptor.writeUInt32LE(DESCRIPTOR, 0);
  descriptor.writeUInt32LE(crc32, 4);
  descriptor.writeBigUInt64LE(BigInt(bytes), 8);
  descriptor.writeBigUInt64LE(BigInt(bytes), 16);
  return descriptor;
}

/** The directory, and the end. `offset`: where it begins. */
export function zipEnd(entries: readonly WrittenEntry[], offset: number): Buffer {
  const directory = Buffer.concat(entries.map(directoryEntry));
  const end = Buffer.alloc(56 + 20 + 22);
  end.writeUInt32LE(END_64, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(VERSION, 12);
  end.writeUInt16LE(VERSION, 14);
  end.writeBigUInt64LE(BigInt(entries.length), 24);
  end.writeBigUInt64LE(BigInt(entries.length), 32);
  end.writeBigUInt64LE(BigInt(directory.length), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  end.writeUInt32LE(LOCATOR_64, 56);
  end.writeBigUInt64LE(BigInt(offset + directory.length), 64);
  end.writeUInt32LE(1, 72);
  end.writeUInt32LE(END, 76);
  end.writeUInt16LE(FULL_16, 84);
  end.writeUInt16LE(FULL_16, 86);
  end.writeUInt32LE(FULL_32, 88);
  end.writeUInt32LE(FULL_32, 92);
  return Buffer.concat([directory, end]);
}

function directoryEntry({ name, bytes, crc32, offset }: WrittenEntry): Buffer {
  const path = Buffer.from(name);
  const entry = Buffer.alloc(46 + path.length + 28);
  entry.writeUInt32LE(DIRECTORY, 0);
  entry.writeUInt16LE(VERSION, 4);
  entry.writeUInt16LE(VERSION, 6);
  entry.writeUInt16LE(FLAGS, 8);
  entry.writeUInt16LE(DAY, 14);
  entry.writeUInt32LE(crc32, 16);
  entry.writeUInt32LE(FULL_32, 20);
  entry.writeUInt32LE(FULL_32, 24);
  entry.writeUInt16LE(path.length, 28);
  entry.writeUInt16LE(28, 30);
  entry.writeUInt32LE(FULL_32, 42);
  path.copy(entry, 46);
  const extra = 46 + path.length;
  entry.writeUInt16LE(SIZES_64, extra);
  entry.writeUInt16LE(24, extra + 2);
  entry.writeBigUInt64LE(BigInt(bytes), extra + 4);
  entry.writeBigUInt64LE(BigInt(bytes), extra + 12);
  entry.writeBigUInt64LE(BigInt(offset), extra + 20);
  return entry;
}

export interface FoundEntry extends ZipEntry {
  /** Where its content begins. */
  readonly start: number;
}

/** Bytes of an archive at an offset; fewer where it ends. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

/** Entries of an archive as this module writes them; `null` for any other file, and for one that is cut off. */
export async function readZip(size: number, readAt: ReadAt): Promise<readonly FoundEntry[] | null> {
  const end = size < 98 ? Buffer.alloc(0) : await readAt(size - 98, 98);
  if (end.length < 98 || end.readUInt32LE(0) !== END_64 || end.readUInt32LE(76) !== END) return null;
  const [count, length, offset] = [32, 40, 48].map((at) => Number(end.readBigUInt64LE(at)));
  if (count === undefined || length === undefined || offset !== size - 98 - length) return null;
  const directory = await readAt(offset, length);
  const entries: FoundEntry[] = [];
  for (let at = 0; entries.length < count; ) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== DIRECTORY) return null;
    const [name, extra] = [directory.readUInt16LE(at + 28), directory.readUInt16LE(at + 30)];
    const sizes = at + 46 + name;
    if (extra !== 28 || sizes + extra > directory.length) return null;
    const bytes = Number(directory.readBigUInt64LE(sizes + 4));
    const head = Number(directory.readBigUInt64LE(sizes + 20));
    const start = head + 30 + name + 20;
    if (start + bytes > offset) return null;
    entries.push({ name: directory.toString('utf8', at + 46, sizes), bytes, start });
    at = sizes + extra;
  }
  return entries;
}
