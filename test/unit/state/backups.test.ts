import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { archiveChunks } from '../../../src/files/archive-chunks.ts';
import type { Snapshot, SnapshotSubject } from '../../../src/model/snapshot.ts';
import { listSnapshots, openBackups, readSnapshot, verifySnapshot } from '../../../src/state/backups.ts';
import { type StateFolder, stateFolder } from '../../../src/state/folder.ts';
import { CAN_MOUNT, never, scratchFolder, smallDisk } from './scratch.ts';

const TEXT = 'precious\n'.repeat(400);

async function* archive(text = TEXT): AsyncGenerator<Uint8Array> {
  const packed = pack();
  packed.entry({ name: './', type: 'directory', mode: 0o750 });
  packed.entry({ name: './data', mode: 0o640 }, text);
  packed.entry({ name: './link', type: 'symlink', linkname: 'data' });
  packed.finalize();
  yield* archiveChunks(packed);
}

function subject(run: string, overrides: Partial<SnapshotSubject> = {}): SnapshotSubject {
  const revision = { commit: null, dirty: true };
  const names = { volume: 'data', name: 'shop_data', engine: 'process', project: 'shop', environment: 'local' };
  return { ...names, run, revision, ...overrides };
}

function take(
  folder: StateFolder,
  run: string,
  options: Partial<{ kept: number; now: number }> = {},
): Promise<Snapshot> {
  return openBackups(folder).take(subject(run), () => archive(), { kept: 9, now: 0, signal: never, ...options });
}

function contents(folder: StateFolder): readonly string[] {
  return readdirSync(join(folder.path, 'backups', 'local', 'data')).sort();
}

describe('snapshots of volumes', () => {
  it('are an archive with a manifest of its checksums, for their user alone', async () => {
    const folder = stateFolder(scratchFolder());
    const snapshot = await take(folder, 'RUN1', { now: Date.UTC(2026, 0, 31, 10, 5, 9) });
    const place = join(folder.path, 'backups', 'local', 'data', '20260131T100509Z-RUN1');
    const manifest: unknown = JSON.parse(readFileSync(join(place, 'manifest.json'), 'utf8'));
    const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

    expect(readdirSync(place).sort()).toEqual(['data.tar', 'manifest.json']);
    expect(manifest).toMatchObject({
      ...subject('RUN1'),
      format_version: '1.0',
      taken_at: '2026-01-31T10:05:09.000Z',
      sha256: sha256(readFileSync(join(place, 'data.tar'))),
      size_bytes: statSync(join(place, 'data.tar')).size,
      files: [
        { path: './', type: 'directory', size: 0, mode: 0o750, sha256: null },
        { path: './data', type: 'file', size: TEXT.length, mode: 0o640, sha256: sha256(TEXT) },
        { path: './link', type: 'symlink', size: 0, sha256: null },
      ],
    });
    expect(statSync(join(place, 'data.tar')).mode & 0o777).toBe(0o600);
    expect(statSync(join(place, 'manifest.json')).mode & 0o777).toBe(0o600);
    expect(statSync(place).mode & 0o777).toBe(0o700);
    await verifySnapshot(folder, snapshot, never);
  });

  it('are taken once for each run', async () => {
    const folder = stateFolder(scratchFolder());
    const first = await take(folder, 'RUN1');
    const reads: string[] = [];
    const again = await openBackups(folder).take(
      subject('RUN1'),
      () => {
        reads.push('read');
        return archive();
      },
      { kept: 9, now: 60_000, signal: never },
    );

    expect(again).toEqual(first);
    expect(reads).toEqual([]);
  });

  it('make way for newer ones, oldest first, and only once those are whole', async () => {
    const folder = stateFolder(scratchFolder());
    for (const [index, run] of ['RUN1', 'RUN2', 'RUN3'].entries())
      await take(folder, run, { kept: 2, now: index * 1000 });

    expect(contents(folder)).toEqual(['19700101T000001Z-RUN2', '19700101T000002Z-RUN3']);

    await expect(
      openBackups(folder).take(subject('RUN4'), () => torn(), { kept: 2, now: 9000, signal: never }),
    ).rejects.toMatchObject({ code: 'backup_failed' });
    expect(contents(folder)).toEqual(['19700101T000001Z-RUN2', '19700101T000002Z-RUN3']);
  });

  it('are kept in the order in which they were taken, whatever the clock did', async () => {
    const folder = stateFolder(scratchFolder());
    await take(folder, 'RUN1', { now: 60_000 });
    await take(folder, 'RUN2', { now: 1000, kept: 1 });

    const [only, ...more] = await listSnapshots(folder, 'local');
    expect(only).toMatchObject({ run: 'RUN2', taken_at: '1970-01-01T00:00:01.000Z' });
    expect(more).toEqual([]);

    await take(folder, 'RUN3', { now: 2000 });
    expect((await listSnapshots(folder, 'local')).map(({ run }) => run)).toEqual(['RUN2', 'RUN3']);
  });

  it('of two volumes that go by one key, as on two engines, are two, and neither makes way for the other', async () => {
    const folder = stateFolder(scratchFolder());
    const store = openBackups(folder);
    const options = { kept: 1, now: 0, signal: never };

    const [here, there] = await Promise.all([
      store.take(subject('RUN1'), () => archive('here'), options),
      store.take(subject('RUN1', { engine: 'docker' }), () => archive('there'), options),
    ]);

    expect(there.sha256).not.toBe(here.sha256);
    expect((await listSnapshots(folder, 'local')).map(({ engine }) => engine)).toEqual(['process', 'docker']);
  });

  it.each([
    ['breaks off with an error', torn],
    ['breaks off without a word, in the middle of a file', () => short(2000)],
    ['breaks off without a word, between two files', () => short(512)],
    ['never begins', () => short(0)],
  ])('leave nothing behind where the archive %s', async (_, broken) => {
    const folder = stateFolder(scratchFolder());

    const taken = openBackups(folder).take(subject('RUN1'), broken, { kept: 3, now: 0, signal: never });

    await expect(taken).rejects.toMatchObject({ code: 'backup_failed' });
    expect(contents(folder)).toEqual([]);
  });

  it('end with an interrupt, and leave nothing behind', async () => {
    const folder = stateFolder(scratchFolder());
    const controller = new AbortController();
    const reason = new Error('enough');
    async function* interrupted(): AsyncGenerator<Uint8Array> {
      controller.abort(reason);
      yield* archive();
    }

    const taken = openBackups(folder).take(subject('R'), interrupted, { kept: 3, now: 0, signal: controller.signal });

    await expect(taken).rejects.toBe(reason);
    expect(contents(folder)).toEqual([]);
  });

  it.skipIf(!CAN_MOUNT)('leave nothing behind on a disk that is full', async () => {
    const folder = stateFolder(smallDisk('64k'));
    const large = (): AsyncIterable<Uint8Array> => archive('x'.repeat(200_000));

    const taken = openBackups(folder).take(subject('RUN1'), large, { kept: 3, now: 0, signal: never });

    await expect(taken).rejects.toMatchObject({ code: 'backup_failed', fields: { errno: 'ENOSPC' } });
    expect(contents(folder)).toEqual([]);
  });

  it('give up what a run that was killed has left of one', async () => {
    const folder = stateFolder(scratchFolder());
    await take(folder, 'RUN1');
    const place = join(folder.path, 'backups', 'local', 'data');
    mkdirSync(join(place, '19700101T000000Z-KILLED.tmp'));
    writeFileSync(join(place, '19700101T000000Z-KILLED.tmp', 'data.tar'), 'half');

    expect(await listSnapshots(folder, 'local')).toHaveLength(1);
    await take(folder, 'RUN2', { now: 1000 });

    expect(contents(folder)).toEqual(['19700101T000000Z-RUN1', '19700101T000001Z-RUN2']);
  });

  it('are found damaged, whatever was done to them', async () => {
    const folder = stateFolder(scratchFolder());
    const snapshot = await take(folder, 'RUN1');
    const file = join(folder.path, 'backups', 'local', 'data', snapshot.id, 'data.tar');
    const whole = readFileSync(file);

    for (const spoil of [
      () => truncateSync(file, 1000),
      () => writeFileSync(file, Buffer.concat([whole, Buffer.alloc(512)])),
      () => writeFileSync(file, Buffer.from(whole.toString('latin1').replace('precious', 'worthles'), 'latin1')),
      () => writeFileSync(file, ''),
    ]) {
      spoil();
      await expect(verifySnapshot(folder, snapshot, never)).rejects.toMatchObject({ code: 'backup_damaged' });
    }
  });

  it('come back byte by byte, and are listed oldest first', async () => {
    const folder = stateFolder(scratchFolder());
    const first = await take(folder, 'RUN1', { now: 1000 });
    await take(folder, 'RUN2', { now: 2000 });
    const chunks: Uint8Array[] = [];
    for await (const chunk of readSnapshot(folder, first)) chunks.push(chunk);

    expect((await listSnapshots(folder, 'local')).map(({ run }) => run)).toEqual(['RUN1', 'RUN2']);
    expect(createHash('sha256').update(Buffer.concat(chunks)).digest('hex')).toBe(first.sha256);
    expect(await listSnapshots(folder, 'other')).toEqual([]);
  });
});

async function* torn(): AsyncGenerator<Uint8Array> {
  yield* short(2000);
  throw new Error('the engine is gone');
}

/** The first bytes of an archive. */
async function* short(bytes: number): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive()) chunks.push(chunk);
  yield Buffer.concat(chunks).subarray(0, bytes);
}
