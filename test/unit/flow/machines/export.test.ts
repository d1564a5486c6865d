import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportPackage, type PackageContents } from '../../../../src/flow/machines/export.ts';
import { openPackage } from '../../../../src/flow/machines/open-package.ts';
import { BLOCK } from '../../../../src/flow/machines/resumable-file.ts';
import type { VmPart } from '../../../../src/model/vm-package.ts';

const AT = '2026-01-01T00:00:00.000Z';
/** A bit more than two blocks. */
const DISK = Buffer.alloc(2 * BLOCK + 12_345, 'disk ');
const BASE = Buffer.from('the image below');

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trueup-export-'));
  file = join(folder, 'box.zip');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

interface Machine extends PackageContents {
  /** From where parts were read, in order. */
  readonly asked: [name: string, offset: number][];
}

/** `failsAfter`: so many bytes of a disk are handed out, and then the engine is gone. */
function machine(stamp = 'one', failsAfter = Number.POSITIVE_INFINITY, text = '<domain/>'): Machine {
  const parts: readonly VmPart[] = [
    { name: 'bases/image', bytes: BASE.length, stamp: 'base', about: {} },
    { name: 'disks/disk', bytes: DISK.length, stamp, about: { disk: 'disk' } },
  ];
  const asked: [string, number][] = [];
  return {
    asked,
    contents: { vm_id: 'uuid', package_kind: 'test', definition: { name: 'definition.xml', text }, parts },
    async *read({ name }, offset) {
      asked.push([name, offset]);
      const content = name === 'bases/image' ? BASE : DISK;
      const step = 1024 * 1024;
      for (let at = offset; at < content.length; at += step) {
        if (name !== 'bases/image' && at >= failsAfter) throw new Error('the engine is gone');
        yield content.subarray(at, at + step);
      }
    },
  };
}

const quiet = { signal: new AbortController().signal, at: AT, progress: (): void => undefined };

async function contentOf(path: string): Promise<readonly string[]> {
  await using opened = await openPackage(path, quiet);
  const texts: string[] = [opened.definition];
  for (const part of opened.head.parts) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of opened.read(part)) chunks.push(chunk);
    texts.push(Buffer.concat(chunks).equals(part.name === 'disks/disk' ? DISK : BASE) ? part.name : 'something else');
  }
  return texts;
}

describe('an export', () => {
  it('is one file with all that was in the machine', async () => {
    const made = await exportPackage(file, machine(), quiet);

    expect(made).toMatchObject({ container_id: 'uuid', format: 'zip', location: file, created_at: AT });
    expect(made.size_bytes).toBe((await stat(file)).size);
    expect(await contentOf(file)).toEqual(['<domain/>', 'bases/image', 'disks/disk']);
    await using opened = await openPackage(file, quiet);
    expect(opened.integrity).toBe(made.integrity_hash);
  });

  it('goes on where it ended, with the same id and the same bytes as one that was never interrupted', async () => {
    await expect(exportPackage(file, machine('one', BLOCK + 5_000_000), quiet)).rejects.toThrow('gone');
    await expect(stat(file)).rejects.toThrow('ENOENT');
    // What a power cut leaves behind what has reached the disk is anything.
    await appendFile(`${file}.part`, Buffer.alloc(1000));
    const again = machine();

    const made = await exportPackage(file, again, { ...quiet, at: '2027-01-01T00:00:00.000Z' });

    expect(made.created_at).toBe(AT);
    expect(again.asked).toHaveLength(1);
    expect(again.asked[0]?.[0]).toBe('disks/disk');
    expect(again.asked[0]?.[1]).toBeGreaterThan(BLOCK - 10_000);
    expect(await contentOf(file)).toEqual(['<domain/>', 'bases/image', 'disks/disk']);
    await expect(stat(`${file}.part`)).rejects.toThrow('ENOENT');
  });

  it('begins anew where the machine has changed since', async () => {
    await expect(exportPackage(file, machine('one', BLOCK + 5_000_000), quiet)).rejects.toThrow('gone');
    const again = machine('two');

    const made = await exportPackage(file, again, { ...quiet, at: '2027-01-01T00:00:00.000Z' });

    expect(made.created_at).toBe('2027-01-01T00:00:00.000Z');
    expect(again.asked).toEqual([
      ['bases/image', 0],
      ['disks/disk', 0],
    ]);
    expect(await contentOf(file)).toEqual(['<domain/>', 'bases/image', 'disks/disk']);
  });

  it('begins anew where only its definition has changed since', async () => {
    await expect(exportPackage(file, machine('one', BLOCK + 5_000_000), quiet)).rejects.toThrow('gone');
    const again = machine('one', Number.POSITIVE_INFINITY, '<domain><vcpu/></domain>');

    await exportPackage(file, again, quiet);

    expect(again.asked).toEqual([
      ['bases/image', 0],
      ['disks/disk', 0],
    ]);
    expect(await contentOf(file)).toEqual(['<domain><vcpu/></domain>', 'bases/image', 'disks/disk']);
  });

  it('writes over nothing, and names a folder that is not there', async () => {
    await writeFile(file, 'mine');
    await expect(exportPackage(file, machine(), quiet)).rejects.toMatchObject({ code: 'package_unwritable' });
    expect(await readFile(file, 'utf8')).toBe('mine');
    const nowhere = join(folder, 'nowhere', 'box.zip');
    await expect(exportPackage(nowhere, machine(), quiet)).rejects.toMatchObject({ code: 'package_unwritable' });
  });

  it('is refused where a byte of it is another one, or it is cut off', async () => {
    await exportPackage(file, machine(), quiet);
    const good = await readFile(file);
    const bad = Buffer.from(good);
    bad[good.length - 5_000_000] = 0;
    await writeFile(file, bad);
    await expect(openPackage(file, quiet)).rejects.toMatchObject({ code: 'package_damaged' });

    await writeFile(file, good);
    await truncate(file, good.length - 1);
    await expect(openPackage(file, quiet)).rejects.toMatchObject({ code: 'package_damaged' });
  });
});
