import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createOnce,
  linkAtomic,
  removeLeftovers,
  removeLeftoversHourly,
  writeFileAtomic,
} from '../../../src/files/atomic-file.ts';
import { CAN_MOUNT, scratchFolder, smallDisk } from '../state/scratch.ts';

describe('a file written atomically', () => {
  it('is replaced as a whole, for its user alone, and leaves nothing beside it', async () => {
    const folder = scratchFolder();
    const path = join(folder, 'file');

    await writeFileAtomic(path, 'old');
    await writeFileAtomic(path, 'new');

    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('is one of the versions written at the same moment', async () => {
    const folder = scratchFolder();
    const path = join(folder, 'file');
    const versions = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));

    await Promise.all(versions.map((version) => writeFileAtomic(path, version)));

    expect(versions).toContain(readFileSync(path, 'utf8'));
    expect(readdirSync(folder)).toEqual(['file']);
  });

  // A disk with room for a part takes that part without an error and only refuses the rest.
  it.skipIf(!CAN_MOUNT)('keeps its old content on a disk with room for half of the new (needs to mount)', async () => {
    const disk = smallDisk('64k');
    const path = join(disk, 'file');
    await writeFileAtomic(path, 'x'.repeat(20_000));

    await expect(writeFileAtomic(path, 'y'.repeat(60_000))).rejects.toMatchObject({ code: 'ENOSPC' });

    expect(readFileSync(path, 'utf8')).toBe('x'.repeat(20_000));
    expect(readdirSync(disk)).toEqual(['file']);
  });

  it('is made by one of several who make it at once, and is whole for all', async () => {
    const path = join(scratchFolder(), 'in', 'a', 'folder', 'file');
    const contents = Array.from({ length: 20 }, (_, index) => `content ${index}`);

    const made = await Promise.all(
      contents.map(async (content) => {
        const first = await createOnce(path, content);
        return { first, content, seen: readFileSync(path, 'utf8') };
      }),
    );

    const winner = made.filter(({ first }) => first);
    expect(winner).toHaveLength(1);
    expect(new Set(made.map(({ seen }) => seen))).toEqual(new Set([winner[0]?.content]));
  });

  it('leaves what a killed writer left for an hour, and nothing else is ever removed', async () => {
    const folder = scratchFolder();
    const files = ['a.json', 'a.json.0123456789ab.tmp', 'b.json.0123456789ab.tmp', 'mine.tmp'];
    for (const file of files) writeFileSync(join(folder, file), '');
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    for (const file of files.filter((file) => !file.startsWith('b'))) utimesSync(join(folder, file), longAgo, longAgo);

    await removeLeftovers(folder);

    expect(readdirSync(folder).sort()).toEqual(['a.json', 'b.json.0123456789ab.tmp', 'mine.tmp']);
  });

  it('is tidied away once an hour, however often it is asked for', async () => {
    const folder = scratchFolder();
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    const leave = (file: string): void => {
      writeFileSync(join(folder, file), '');
      utimesSync(join(folder, file), longAgo, longAgo);
    };
    leave('a.json.0123456789ab.tmp');
    await removeLeftoversHourly(folder);
    leave('b.json.0123456789ab.tmp');

    await removeLeftoversHourly(folder);

    expect(readdirSync(folder)).toEqual(['b.json.0123456789ab.tmp']);
  });

  it('is tidied away at the next call where it could not be at the first', async () => {
    const folder = join(scratchFolder(), 'later');
    await expect(removeLeftoversHourly(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    mkdirSync(folder);
    const left = join(folder, 'a.json.0123456789ab.tmp');
    writeFileSync(left, '');
    utimesSync(left, new Date(0), new Date(0));

    await removeLeftoversHourly(folder);

    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a second name', () => {
  it('takes the place of what had it, and stays what it is when the first is replaced', async () => {
    const folder = scratchFolder();
    await writeFileAtomic(join(folder, 'latest'), 'old');
    await writeFileAtomic(join(folder, 'one'), 'one');

    await linkAtomic(join(folder, 'one'), join(folder, 'latest'), 'one', 0o600);
    await writeFileAtomic(join(folder, 'one'), 'another');

    expect(readFileSync(join(folder, 'latest'), 'utf8')).toBe('one');
    expect(readdirSync(folder).sort()).toEqual(['latest', 'one']);
  });

  it('is a file of its own where there can be no link', async () => {
    const folder = scratchFolder();

    await linkAtomic(join(folder, 'gone'), join(folder, 'latest'), 'one', 0o600);

    expect(readFileSync(join(folder, 'latest'), 'utf8')).toBe('one');
    expect(readdirSync(folder)).toEqual(['latest']);
  });
});
