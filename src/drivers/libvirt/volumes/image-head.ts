/** What the first bytes of a disk image say of it: its format, how large a disk it makes, and whether it is all there. */
import type { FileHandle } from 'node:fs/promises';
import { TrueupError } from '../../../model/failure.ts';

export interface ImageHead {
  readonly format: 'qcow2' | 'raw';
  /** Of the disk that it makes. */
  readonly bytes: number;
}

const QCOW2 = 0x51_46_49_fb;
const SECTOR = 512;

/** Beginnings of what is no disk, but holds one: nothing would boot from it. */
const PACKED: readonly (readonly [string, string])[] = [
  ['fd377a585a00', 'xz'],
  ['1f8b', 'gzip'],
  ['28b52ffd', 'zstd'],
  ['504b0304', 'zip'],
];

/** Throws for what is no image, or not a whole one. */
export async function readImageHead(file: FileHandle, location: string): Promise<ImageHead> {
  const { size } = await file.stat();
  const head = Buffer.alloc(112);
  await file.read(head, 0, head.length, 0);
  const packed = PACKED.find(([magic]) => head.toString('hex').startsWith(magic));
  if (packed !== undefined)
    throw broken(location, `it is packed with ${packed[1]}`, 'unpack it, and name what was in it');
  if (size === 0) throw broken(location, 'it is empty', 'fetch it again');
  if (head.readUInt32BE(0) !== QCOW2) return { format: 'raw', bytes: roundedUp(size) };
  if (head.readBigUInt64BE(8) !== 0n)
    throw broken(location, 'it lies over another image', 'flatten it with `qemu-img convert`');
  const tableEnd = Number(head.readBigUInt64BE(40)) + head.readUInt32BE(36) * 8;
  const countsEnd = Number(head.readBigUInt64BE(48));
  if (size < tableEnd || size < countsEnd) throw broken(location, 'it is cut off', 'fetch it again');
  return { format: 'qcow2', bytes: roundedUp(Number(head.readBigUInt64BE(24))) };
}

export function roundedUp(bytes: number): number {
  return Math.ceil(bytes / SECTOR) * SECTOR;
}

function broken(location: string, why: string, next: string): TrueupError {
  return new TrueupError('step_failed', `the image ${location} cannot be used: ${why}`, { fields: { location }, next });
}
