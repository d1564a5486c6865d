/** Snapshots go with a disk that they need: what the other disks hold of them is of no use any more. */
import type { Changing } from '../actuate/changing.ts';
import { diskKey, machinesNamedIn } from '../names.ts';
import { lookAt, type MachineSight } from '../observe/look.ts';
import { takeOutOf } from './forget.ts';
import { dropRecord, readRecords } from './record.ts';

/**
 * Those of a machine that goes, out of the disks that outlive it. It is at rest. Its first disk goes anyway, and is not touched: it may
 * be damaged. What is written of them goes with the folder of the machine.
 */
export async function dropSnapshots(changing: Changing, machine: MachineSight): Promise<void> {
  for (const record of await readRecords(machine.files)) await takeOutOf(record.disks, changing, machine, record);
}

/**
 * Removes a further disk, and those that hold it out of the other ones before. The disk itself goes anyway, and is not touched. To be
 * called in the turns of the machines whose it may be.
 */
export async function removeWithSnapshots(
  changing: Changing,
  disk: string,
  remove: () => Promise<unknown>,
): Promise<void> {
  const { limactl, context } = changing;
  const mayHave = machinesNamedIn(disk);
  const { machines } = await lookAt(limactl, context.signal);
  const gone: (() => Promise<void>)[] = [];
  for (const machine of machines.filter(({ name }) => mayHave.includes(name))) {
    const key = diskKey(machine.name, disk);
    const records = await readRecords(machine.files);
    for (const record of records.filter(({ disks }) => disks.includes(key))) {
      context.progress(`the snapshot ${record.snapshot.label} goes with ${disk}`);
      const others = [null, ...record.disks].filter((one) => one !== key);
      await takeOutOf(others, changing, machine, record);
      gone.push(() => dropRecord(machine.files, record.id));
    }
  }
  await remove();
  for (const drop of gone) await drop();
}
