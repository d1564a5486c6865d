import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deleteSnapshot } from '../../../../../src/drivers/lima/snapshots/delete.ts';
import { restoreSnapshot } from '../../../../../src/drivers/lima/snapshots/restore.ts';
import { takeSnapshot } from '../../../../../src/drivers/lima/snapshots/take.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import type { VmSnapshotRequest } from '../../../../../src/model/vm-snapshot.ts';
import { listed, toldHome } from '../told-home.ts';

const REQUEST: VmSnapshotRequest = {
  id: 'id-1',
  label: 'before',
  description: null,
  trigger: 'manual',
  at: '2026-11-23T10:00:00.000Z',
};

describe('a snapshot of a machine of Lima', () => {
  it.each<[string, string, JsonObject, string]>([
    ['of what is not QEMU', 'Stopped', { vmType: 'vz' }, 'Lima takes snapshots under QEMU alone'],
    ['of what never had a disk', 'Stopped', {}, '/demo-box/disk is not there'],
    [
      "with somebody else's disk in it",
      'Running',
      { config: { additionalDisks: [{ name: 'theirs' }] } },
      'its disk theirs is not its own',
    ],
    ['of what Lima cannot tell the state of', 'Odd', {}, 'Lima calls it Odd'],
  ])('is none %s: nothing is begun', async (_, status, more, expected) => {
    await using home = await toldHome({}, (command) => (command.startsWith('list') ? listed(status, more) : undefined));

    const taken = takeSnapshot(home, 'demo-box', REQUEST);

    await expect(taken).rejects.toMatchObject({
      code: 'snapshot_failed',
      message: expect.stringContaining(expected) as string,
    });
    expect(home.asked.filter((command) => !command.startsWith('list'))).toEqual([]);
    expect(await readdir(join(home.home, 'demo-box'))).toEqual(['trueup.yaml']);
  });

  it('that is not there is not restored, and deleted already', async () => {
    await using home = await toldHome({}, (command) => (command.startsWith('list') ? listed('Stopped') : undefined));

    await expect(restoreSnapshot(home, 'demo-box', 'id-1')).rejects.toMatchObject({ code: 'snapshot_not_found' });
    await deleteSnapshot(home, 'demo-box', 'id-1');

    expect(home.asked.filter((command) => !command.startsWith('list'))).toEqual([]);
  });
});
