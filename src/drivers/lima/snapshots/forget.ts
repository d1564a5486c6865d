/** Takes a snapshot away: out of the disks, and then what is written of it. Idempotent. */
import { TrueupError } from '../../../model/failure.ts';
import type { Changing } from '../actuate/changing.ts';
import { diskName } from '../names.ts';
import type { MachineSight } from '../observe/look.ts';
import { askQemuImg } from '../qemu-img/qemu-img.ts';
import { askSnapshot } from './ask-snapshot.ts';
import { attachedDisks } from './attached.ts';
import { type DiskImage, type DiskKey, imagesOf, tokenOf } from './look.ts';
import { dropRecord, type SnapshotRecord, writeRecord } from './record.ts';

export async function forgetSnapshot(changing: Changing, machine: MachineSight, record: SnapshotRecord): Promise<void> {
  await takeOutOf([null, ...record.disks], changing, machine, record);
  await dropRecord(machine.files, record.id);
}

/** Out of these disks alone: no other one is touched. What is written of it stays, as only begun: nobody can go back to it. */
export async function takeOutOf(
  keys: readonly DiskKey[],
  changing: Changing,
  machine: MachineSight,
  record: SnapshotRecord,
): Promise<void> {
  const { limactl, context } = changing;
  const { name, files } = machine;
  const { id } = record;
  const held = async (): Promise<readonly DiskImage[]> =>
    (await imagesOf(limactl.engine, machine, keys, context.signal)).filter(({ info }) => tokenOf(info, id) !== null);
  const before = await held();
  if (record.isWhole) await writeRecord(files, { ...record, isWhole: false });
  if (before.length === 0) return;
  const said = await takeOut(changing, machine, id, before);
  const [left] = await held();
  if (left === undefined) return;
  throw new TrueupError(
    'step_failed',
    `the snapshot ${id} stays in ${left.path}: ${said.trim() || 'nobody says why'}`,
    {
      fields: { name, snapshot: id },
      next: 'stop the machine, and try again',
    },
  );
}

/** What was complained of. QEMU has to do it by itself where a machine runs with a disk, and has no word in the others. */
async function takeOut(
  changing: Changing,
  machine: MachineSight,
  id: string,
  images: readonly DiskImage[],
): Promise<string> {
  const { limactl, context } = changing;
  const { name, status } = machine;
  const isRunning = status === 'Running';
  const attached = isRunning ? await attachedDisks(limactl, machine, context.signal) : [];
  const isHeld = ({ key }: DiskImage): boolean => isRunning && (key === null || attached.includes(diskName(name, key)));
  let said = images.some(isHeld) ? await askSnapshot(changing, 'delete', name, id) : '';
  for (const { path } of images.filter((image) => !isHeld(image)))
    said += (await askQemuImg(['snapshot', '-d', id, path], context.signal)).stderr;
  return said;
}
