import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addressOf } from '../../../src/model/address.ts';
import { NOTHING_RECORDED, type Recorded, type RecordedResource } from '../../../src/model/observed.ts';
import { assertWritable, recordedPath, type StateFolder, stateFolder } from '../../../src/state/folder.ts';
import { openRecordedStore, readRecorded, recordedEnvironments } from '../../../src/state/recorded.ts';
import { CAN_MOUNT, child, containing, matching, scratchFolder, smallDisk } from './scratch.ts';

function resource(command: string): RecordedResource {
  const config = { process: { command: [command] }, token: { $secret: 'ab'.repeat(32) } };
  return { engine: 'process', name: 'shop-web', config, revision: 'c'.repeat(40), unfinished: false };
}

const RECORDED: Recorded = {
  resources: {
    'service.web': resource('serve'),
    'volume.data': { ...resource('none'), revision: null, unfinished: false },
  },
  stopped: ['service.web'],
  revisions: NOTHING_RECORDED.revisions,
  quarantine: null,
};

async function folderWith(recorded: Recorded): Promise<StateFolder> {
  const folder = stateFolder(scratchFolder());
  const store = await openRecordedStore(folder, 'local');
  store.set(recorded);
  await store.flush();
  return folder;
}

async function folderWithText(text: string): Promise<StateFolder> {
  const folder = stateFolder(scratchFolder());
  await assertWritable(folder);
  writeFileSync(recordedPath(folder, 'local'), text);
  return folder;
}

describe('recorded state', () => {
  it('is nothing, and no problem, where nothing was recorded; reading makes no folder', async () => {
    const root = scratchFolder();

    expect(await readRecorded(stateFolder(root), 'local')).toEqual({ recorded: NOTHING_RECORDED, problem: null });
    expect(await recordedEnvironments(stateFolder(root))).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
  });

  it('comes back as it was set, from a file for its user alone', async () => {
    const folder = await folderWith(RECORDED);

    expect(await readRecorded(folder, 'local')).toEqual({ recorded: RECORDED, problem: null });
    expect(statSync(recordedPath(folder, 'local')).mode & 0o777).toBe(0o600);
    expect(await recordedEnvironments(folder)).toEqual(['local']);
  });

  it('has the same bytes in whatever order it was recorded', async () => {
    const [one, other] = await Promise.all([
      folderWith(RECORDED),
      folderWith({ ...RECORDED, resources: Object.fromEntries(Object.entries(RECORDED.resources).toReversed()) }),
    ]);

    expect(readFileSync(recordedPath(one, 'local'))).toEqual(readFileSync(recordedPath(other, 'local')));
  });

  it('keeps keys that objects treat specially', async () => {
    const recorded: Recorded = {
      resources: { 'service.__proto__': resource('x'), 'service.constructor': resource('y') },
      stopped: [],
      revisions: NOTHING_RECORDED.revisions,
      quarantine: null,
    };

    expect((await readRecorded(await folderWith(recorded), 'local')).recorded).toEqual(recorded);
  });

  it('cut at any byte is either whole or a problem that counts as nothing recorded', async () => {
    const folder = await folderWith(RECORDED);
    const path = recordedPath(folder, 'local');
    const bytes = readFileSync(path);

    for (let length = 0; length < bytes.length; length += 1) {
      writeFileSync(path, bytes.subarray(0, length));
      const { recorded, problem } = await readRecorded(folder, 'local');
      // Without the last line break nothing is missing.
      const whole = length === bytes.length - 1;
      expect([length, problem?.code]).toEqual([length, whole ? undefined : 'state_unreadable']);
      expect(recorded).toEqual(whole ? RECORDED : NOTHING_RECORDED);
    }
  });

  it('of another shape is a problem that names the place', async () => {
    const shapes: readonly (readonly [string, string])[] = [
      ['', 'empty'],
      ['null', '$ is not an object'],
      ['[]', '$ is not an object'],
      ['{}', "$['format_version']"],
      ['{"format_version": 1}', "$['format_version']"],
      ['{"format_version": "1.0"}', "$['resources']"],
      ['{"format_version": "1.0", "resources": {"web": {}}, "stopped": []}', "$['resources']['web'] is not an address"],
      ['{"format_version": "1.0", "resources": {"service.web": {"engine": "process"}}, "stopped": []}', "['name']"],
      ['{"format_version": "1.0", "resources": {}, "stopped": ["web"]}', "$['stopped'][0]"],
    ];
    for (const [text, reason] of shapes) {
      const { recorded, problem } = await readRecorded(await folderWithText(text), 'local');
      expect(recorded).toEqual(NOTHING_RECORDED);
      expect(problem).toMatchObject({ code: 'state_unreadable', message: containing(reason) });
    }
  });

  it('of a newer minor format is read, and of a newer major format is never touched', async () => {
    const minor = await folderWithText(JSON.stringify({ ...NOTHING_RECORDED, format_version: '1.7', more: 1 }));
    const text = '{"format_version": "2.0"}';
    const major = await folderWithText(text);

    expect((await readRecorded(minor, 'local')).problem).toBeNull();
    expect((await readRecorded(major, 'local')).problem).toMatchObject({ code: 'state_too_new' });
    await expect(openRecordedStore(major, 'local')).rejects.toMatchObject({ code: 'state_too_new' });
    expect(readFileSync(recordedPath(major, 'local'), 'utf8')).toBe(text);
  });

  it('that cannot be read is moved aside and kept before anything new is recorded', async () => {
    const folder = await folderWithText('{"format_version": "1.0", "resour');

    const store = await openRecordedStore(folder, 'local');
    expect(store.get()).toEqual(NOTHING_RECORDED);
    store.set(RECORDED);
    await store.flush();

    const files = readdirSync(folder.environments).sort();
    expect(files).toEqual(['local.json', matching(/^local\.json\.unreadable-\d{8}T\d{6}\.\d{3}Z$/)]);
    expect(readFileSync(join(folder.environments, files[1] ?? ''), 'utf8')).toBe('{"format_version": "1.0", "resour');
    expect((await readRecorded(folder, 'local')).recorded).toEqual(RECORDED);
    expect(await recordedEnvironments(folder)).toEqual(['local']);
  });

  it('is moved aside too where a folder stands in its place', async () => {
    const folder = stateFolder(scratchFolder());
    mkdirSync(recordedPath(folder, 'local'), { recursive: true });

    expect((await readRecorded(folder, 'local')).problem).toMatchObject({ code: 'state_unreadable' });
    const store = await openRecordedStore(folder, 'local');
    store.set(RECORDED);
    await store.flush();

    expect((await readRecorded(folder, 'local')).recorded).toEqual(RECORDED);
  });
});

describe('the store of a changing run', () => {
  it('shows each change at once, and writes what was recorded and forgotten', async () => {
    const folder = await folderWith(RECORDED);
    const store = await openRecordedStore(folder, 'local');

    store.record('service.api', resource('api'));
    store.record('volume.data', null);
    expect(Object.keys(store.get().resources)).toEqual(['service.web', 'service.api']);
    store.set({ ...store.get(), stopped: [] });
    await store.flush();

    const { 'service.web': web } = RECORDED.resources;
    expect((await readRecorded(folder, 'local')).recorded).toEqual({
      resources: { 'service.web': web, 'service.api': resource('api') },
      stopped: [],
      quarantine: null,
      revisions: NOTHING_RECORDED.revisions,
    });
  });

  it('does not change what it handed out before', async () => {
    const store = await openRecordedStore(await folderWith(RECORDED), 'local');
    const before = store.get();

    store.record('service.web', null);

    expect(before).toEqual(RECORDED);
    await store.flush();
  });

  it('writes a burst of 5,000 changes in a few writes, the last of which holds them all', async () => {
    const folder = stateFolder(scratchFolder());
    const store = await openRecordedStore(folder, 'local');
    let versions = 0;
    let inode = 0;
    for (let index = 0; index < 5000; index += 1) {
      store.record(addressOf('service', `s${index}`), resource(`command ${index}`));
      if (index % 50 === 0) {
        await new Promise(setImmediate);
        // Every write makes a new file.
        const found = statSync(recordedPath(folder, 'local'), { throwIfNoEntry: false })?.ino ?? 0;
        if (found !== inode) versions += 1;
        inode = found;
      }
    }
    await store.flush();

    expect(versions).toBeLessThan(50);
    const { recorded } = await readRecorded(folder, 'local');
    expect(Object.keys(recorded.resources)).toHaveLength(5000);
    expect(recorded.resources['service.s4999']).toEqual(resource('command 4999'));
    expect(readdirSync(folder.environments)).toEqual(['local.json']);
  });

  it('reaches the disk without a flush as well', async () => {
    const folder = stateFolder(scratchFolder());

    const { exited } = child('record.ts', { root: join(folder.path, '..'), count: 300 });

    expect(await exited).toBe(0);
    expect(Object.keys((await readRecorded(folder, 'local')).recorded.resources)).toHaveLength(300);
  });

  it('leaves a readable file wherever it is killed', async () => {
    const folder = stateFolder(scratchFolder());
    for (let round = 0; round < 8; round += 1) {
      const writer = child('record.ts', { root: join(folder.path, '..'), count: 1_000_000 });
      await writer.next();
      await new Promise((resolve) => setTimeout(resolve, round * 7));
      writer.process.kill('SIGKILL');
      await writer.exited;

      expect((await readRecorded(folder, 'local')).problem).toBeNull();
    }
  }, 180_000);

  it('says that it cannot write when flushed, and writes at the next flush once it can', async () => {
    const folder = stateFolder(scratchFolder());
    const store = await openRecordedStore(folder, 'local');
    rmSync(folder.environments, { recursive: true });
    store.set(RECORDED);

    await expect(store.flush()).rejects.toMatchObject({ code: 'state_unwritable', fields: { errno: 'ENOENT' } });
    mkdirSync(folder.environments);
    await store.flush();

    expect((await readRecorded(folder, 'local')).recorded).toEqual(RECORDED);
  });

  it('refuses to open where state cannot be written', async () => {
    const root = scratchFolder();
    writeFileSync(join(root, '.trueup'), '');

    await expect(openRecordedStore(stateFolder(root), 'local')).rejects.toMatchObject({ code: 'state_unwritable' });
  });

  it.skipIf(!CAN_MOUNT)('keeps the old file when the disk fills up during a run (needs to mount)', async () => {
    const folder = stateFolder(smallDisk('256k'));
    const store = await openRecordedStore(folder, 'local');
    store.set(RECORDED);
    await store.flush();

    store.record('service.big', resource('x'.repeat(300_000)));
    await expect(store.flush()).rejects.toMatchObject({ code: 'state_unwritable', fields: { errno: 'ENOSPC' } });

    expect((await readRecorded(folder, 'local')).recorded).toEqual(RECORDED);
    expect(readdirSync(folder.environments)).toEqual(['local.json']);
  });
});
