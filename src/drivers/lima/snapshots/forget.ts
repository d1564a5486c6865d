/** Takes a snapshot away: out of the disks, and then what is written of it. Idempotent. */
import { TrueupError } from '../../../model/failure.ts';
import type { Changing } from '../actuate/changing.ts';
import type { MachineSight } from '../observe/look.ts';
import { askQemuImg } from '../qemu-img/qemu-img.ts';
import { askSnapshot } from './ask-snapshot.ts';
import { type DiskImage, imagesOf, tokenOf } from './look.ts';
import { dropRecord, type SnapshotRecord } from './record.ts';

export async function forgetSnapshot(
  changing: Changing,
  machine: MachineSight,
  { id, disks }: Pick<SnapshotRecord, 'id' | 'disks'>,
): Promise<void> {
  const { limactl, context } = changing;
  const { name, status, files } = machine;
  const held = async (): Promise<readonly DiskImage[]> =>
    (await imagesOf(limactl.engine, machine, disks, context.signal)).filter(({ info }) => tokenOf(info, id) !== null);
  const before = await held();
  let said = '';
  // What runs holds its disks: then it has to do it by itself.
  if (status === 'Running' && before.length > 0) said = await askSnapshot(changing, 'delete', name, id);
  else for (const { path } of before) said += (await askQemuImg(['snapshot', '-d', id, path], context.signal)).stderr;
  const [left] = before.length === 0 ? [] : await held();
  if (left !== undefined)
    throw new TrueupError(
      'step_failed',
      `the snapshot ${id} stays in ${left.path}: ${said.trim() || 'nobody says why'}`,
      {
        fields: { name, snapshot: id },
        next: 'stop the machine, and try again',
      },
    );
  await dropRecord(files, id);
}
