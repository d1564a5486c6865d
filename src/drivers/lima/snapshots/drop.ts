/** Snapshots go with a disk that they need: what the other disks hold of them is of no use any more. */
import type { Changing } from '../actuate/changing.ts';
import { diskKey } from '../names.ts';
import { lookAt, type MachineSight } from '../observe/look.ts';
import { forgetSnapshot } from './forget.ts';
import { readRecords } from './record.ts';

/** Those of a machine that goes, out of the disks that outlive it. It is at rest. */
export async function dropSnapshots(changing: Changing, machine: MachineSight): Promise<void> {
  for (const record of await readRecords(machine.files)) await forgetSnapshot(changing, machine, record);
}

/** Those that hold a further disk which goes. Its machine is at rest, or not there. */
export async function dropSnapshotsOf(changing: Changing, disk: string): Promise<void> {
  const { limactl, context } = changing;
  const { machines } = await lookAt(limactl, context.signal);
  for (const machine of machines.filter(({ name }) => disk.startsWith(`${name}.`))) {
    const records = await readRecords(machine.files);
    for (const record of records.filter(({ disks }) => disks.includes(diskKey(machine.name, disk)))) {
      context.progress(`the snapshot ${record.snapshot.label} goes with ${disk}`);
      await forgetSnapshot(changing, machine, record);
    }
  }
}
