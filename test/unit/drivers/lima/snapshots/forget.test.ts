import { describe, expect, it } from 'vitest';
import type { Changing } from '../../../../../src/drivers/lima/actuate/changing.ts';
import { deleteMachine } from '../../../../../src/drivers/lima/actuate/delete.ts';
import { removeDisk } from '../../../../../src/drivers/lima/actuate/disks.ts';
import { isThere } from '../../../../../src/files/is-there.ts';
import { deleteSnapshot } from '../../../../../src/drivers/lima/snapshots/delete.ts';
import { readRecords } from '../../../../../src/drivers/lima/snapshots/record.ts';
import { damage, heldBy, heldIn, lacks, taken, type Told, toldDisks } from '../told-disks.ts';

describe.skipIf(lacks !== null)(`a snapshot that goes${lacks === null ? '' : ` (${lacks})`}`, () => {
  it.each<[string, Told]>([
    ['that is off', { runsWith: null, declares: ['data'] }],
    ['that runs with all of them', { runsWith: ['data'], declares: ['data'] }],
    ['that runs without one of them', { runsWith: [], declares: [] }],
  ])('goes out of all disks of a machine %s', async (_, told) => {
    await using home = await toldDisks(told);
    await taken(home, told);

    await deleteSnapshot(home, 'demo-box', 'id-1');

    expect(await heldIn(home)).toEqual([[], []]);
    expect(await readRecords(home.machine)).toEqual([]);
  });

  it('is not whole any more once a part of it may be gone', async () => {
    const told: Told = { runsWith: ['data'], declares: ['data'] };
    await using home = await toldDisks(told);
    await taken(home, told);
    // QEMU does only what it runs with: the further one keeps it.
    told.runsWith = [];

    await expect(deleteSnapshot(home, 'demo-box', 'id-1')).rejects.toMatchObject({ code: 'step_failed' });

    expect(await heldIn(home)).toEqual([[], ['id-1']]);
    expect(await readRecords(home.machine)).toMatchObject([{ id: 'id-1', isWhole: false }]);
  });

  it('goes with a further disk that is removed, also out of a machine that runs without it', async () => {
    const told: Told = { runsWith: [], declares: [] };
    await using home = await toldDisks(told);
    await taken(home, told);
    await damage(home.data.content);

    await removeDisk(home, 'demo-box.data');

    expect(home.asked).toContain('disk delete --force demo-box.data');
    expect(await heldBy(home.machine.disk)).toEqual([]);
    expect(await readRecords(home.machine)).toEqual([]);
  });

  it('goes with its machine out of the disk that stays, whatever has become of the first one', async () => {
    const told: Told = { runsWith: ['data'], declares: ['data'] };
    await using home = await toldDisks(told);
    await taken(home, told);
    await damage(home.machine.disk);

    await deleteMachine(home, 'demo-box');

    expect(await isThere(home.machine.folder)).toBe(false);
    expect(await heldBy(home.data.content)).toEqual([]);
    expect(home.asked.filter((command) => command.startsWith('snapshot'))).toEqual([]);
  });

  it('waits with a disk that is removed for the turn of its machine, before anything is looked at', async () => {
    const told: Told = { runsWith: null, declares: [] };
    await using home = await toldDisks(told);
    const turns: (readonly string[])[] = [];
    const askedBefore: string[] = [];
    const inTurnsOf: Changing['inTurnsOf'] = (machines, act) => {
      turns.push(machines);
      askedBefore.push(...home.asked);
      return act();
    };

    await removeDisk({ ...home, inTurnsOf }, 'demo-box.data');

    expect(turns).toEqual([['demo-box']]);
    expect(askedBefore).toEqual([]);
    expect(home.asked).toContain('disk delete --force demo-box.data');
  });
});
