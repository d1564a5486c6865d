/** The data of volumes: read as an archive while nobody writes, and put back. */
import { expect } from 'vitest';
import type { SnapshotFile } from '../../../../src/model/snapshot.ts';
import { indexArchive } from '../../../../src/state/archive-index.ts';
import { type Obligation, present, type Stage } from '../stage.ts';

export const VOLUME_DATA: readonly Obligation[] = [
  {
    name: 'the data of a volume is an archive that brings it back',
    needs: ['volumes', 'archives', 'refill'],
    async check(stage) {
      const data = present(stage.harness.volume('data'));
      await stage.apply([data]);
      await stage.harness.world.writeData(data.name, 'as it was');
      const archive = await read(stage, data.name);
      await stage.harness.world.writeData(data.name, 'as it must not stay');

      await write(stage, data.name, archive);

      expect(await stage.harness.world.readData(data.name)).toBe('as it was');
      expect(await files(archive)).toHaveLength(1);
      expect(await stage.remaining([data])).toEqual([]);
    },
  },
  {
    name: 'what a volume is filled with takes the place of all that it held',
    needs: ['volumes', 'archives', 'refill'],
    async check(stage) {
      const [data, empty] = [present(stage.harness.volume('data')), present(stage.harness.volume('empty'))];
      await stage.apply([data, empty]);
      await stage.harness.world.writeData(data.name, 'as it was');

      const nothing = await read(stage, empty.name);
      await write(stage, data.name, nothing);

      expect(await files(await read(stage, data.name))).toEqual(await files(nothing));
    },
  },
  {
    name: 'reading a volume leaves everything as it was',
    needs: ['volumes', 'archives'],
    async check(stage) {
      const data = present(stage.harness.volume('data'));
      await stage.apply([data]);
      await stage.harness.world.writeData(data.name, 'as it is');
      const before = await stage.harness.world.snapshot();

      await read(stage, data.name);

      expect(await stage.harness.world.snapshot()).toBe(before);
    },
  },
  {
    name: 'a reading that nobody goes on with holds the volume no longer',
    needs: ['volumes', 'archives'],
    async check(stage) {
      const data = { ...present(stage.harness.volume('data')), deletion_policy: 'delete' } as const;
      await stage.apply([data]);
      await stage.harness.world.writeData(data.name, 'as it is');

      for await (const chunk of reader(stage, data.name)) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }

      await stage.apply([], { destroyData: true });
      expect(await stage.find(data)).toBeNull();
    },
  },
  {
    name: 'a volume that is gone can be neither read nor filled, and is not made by that',
    needs: ['volumes', 'archives'],
    async check(stage) {
      const data = present(stage.harness.volume('data'));
      await stage.apply([data]);
      const archive = await read(stage, data.name);
      await stage.harness.world.remove(data);

      await expect(read(stage, data.name)).rejects.toMatchObject({ code: 'object_missing' });
      await expect(write(stage, data.name, archive)).rejects.toMatchObject({ code: 'object_missing' });
      expect(await stage.find(data)).toBeNull();
    },
  },
  {
    name: 'a volume of somebody else is not filled',
    needs: ['volumes', 'archives'],
    async check(stage) {
      const data = present(stage.harness.volume('data'));
      await stage.apply([data]);
      await stage.harness.world.writeData(data.name, 'theirs');
      const archive = await read(stage, data.name);
      const other = { owners: ['owner-2'], ownership: { ...stage.stepContext().ownership, owner: 'owner-2' } };

      await expect(write(stage, data.name, archive, other)).rejects.toMatchObject({ code: 'name_in_use' });
      expect(await stage.harness.world.readData(data.name)).toBe('theirs');
    },
  },
];

function reader(stage: Stage, volume: string): AsyncIterable<Uint8Array> {
  const found = stage.actuator.readVolume?.(volume, stage.stepContext());
  if (found === undefined) throw new Error('this engine has volumes, and cannot read them');
  return found;
}

async function read(stage: Stage, volume: string): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of reader(stage, volume)) chunks.push(chunk);
  return chunks;
}

async function write(
  stage: Stage,
  volume: string,
  archive: readonly Uint8Array[],
  context: Parameters<Stage['stepContext']>[0] = {},
): Promise<void> {
  await stage.actuator.writeVolume?.(volume, each(archive), stage.stepContext(context));
}

/** The regular files in an archive. */
async function files(archive: readonly Uint8Array[]): Promise<readonly SnapshotFile[]> {
  const { files: found } = await indexArchive(each(archive), async () => {});
  return found.filter(({ type }) => type === 'file');
}

async function* each(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
