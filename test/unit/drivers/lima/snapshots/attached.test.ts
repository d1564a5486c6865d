import { describe, expect, it } from 'vitest';
import { readRecords } from '../../../../../src/drivers/lima/snapshots/record.ts';
import { takeSnapshot } from '../../../../../src/drivers/lima/snapshots/take.ts';
import { heldIn, lacks, REQUEST, startedOtherwise, type Told, toldDisks } from '../told-disks.ts';

describe.skipIf(lacks !== null)(`a snapshot of a machine that runs${lacks === null ? '' : ` (${lacks})`}`, () => {
  it.each<[string, Told, readonly string[], readonly (readonly string[])[]]>([
    ['without one that waits for a restart', { runsWith: [], declares: ['data'] }, [], [['id-1'], []]],
    ['with one that waits to go', { runsWith: ['data'], declares: [] }, ['data'], [['id-1'], ['id-1']]],
  ])('is of the disks that it was started with: %s', async (_, told, disks, held) => {
    await using home = await toldDisks(told);
    await startedOtherwise(home, told);

    await takeSnapshot(home, 'demo-box', REQUEST);

    expect(await readRecords(home.machine)).toMatchObject([{ id: 'id-1', isWhole: true, disks }]);
    expect(await heldIn(home)).toEqual(held);
  });

  it("is none where it was started with somebody else's disk, whatever is declared now", async () => {
    const told: Told = { runsWith: ['data'], declares: [] };
    await using home = await toldDisks(told);
    await startedOtherwise(home, told, 'theirs');

    const refused = takeSnapshot(home, 'demo-box', REQUEST);

    await expect(refused).rejects.toMatchObject({ code: 'snapshot_failed' });
    expect(await heldIn(home)).toEqual([[], []]);
  });
});
