import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ReadAt, readZip, type WrittenEntry, zipDescriptor, zipEnd, zipHead } from '../../../src/files/zip.ts';

function archive(contents: Readonly<Record<string, string>>): Buffer {
  const pieces: Buffer[] = [];
  const written: WrittenEntry[] = [];
  for (const [name, text] of Object.entries(contents)) {
    const content = Buffer.from(text);
    const entry = { name, bytes: content.length, crc32: crc32(content), offset: Buffer.concat(pieces).length };
    pieces.push(zipHead(entry), content, zipDescriptor(entry, entry.crc32));
    written.push(entry);
  }
  return Buffer.concat([...pieces, zipEnd(written, Buffer.concat(pieces).length)]);
}

function reading(bytes: Buffer): ReadAt {
  return (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length));
}

describe('an archive', () => {
  const whole = archive({ 'a.txt': 'first', 'disks/ü': '', 'b.txt': 'second' });

  it('is found again entry by entry', async () => {
    const entries = await readZip(whole.length, reading(whole));

    const texts = entries?.map(({ name, start, bytes }) => [name, whole.toString('utf8', start, start + bytes)]);
    expect(texts).toEqual([
      ['a.txt', 'first'],
      ['disks/ü', ''],
      ['b.txt', 'second'],
    ]);
  });

  it('that is cut off anywhere, or is something else, is none', async () => {
    for (const length of [0, 10, 97, 98, whole.length - 98, whole.length - 1]) {
      const cut = whole.subarray(0, length);
      expect(await readZip(cut.length, reading(cut)), String(length)).toBeNull();
    }
    const other = Buffer.alloc(4096, 'x');
    expect(await readZip(other.length, reading(other))).toBeNull();
  });
});
