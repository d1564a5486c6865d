/** Deletes a snapshot that is ours. */
import type { Changing } from '../actuate/changing.ts';
import { machineAt } from '../actuate/machine-at.ts';
import { redefineSnapshots } from './keep.ts';
import { forgetSnapshot } from './forget.ts';
import { lookAtSnapshots } from './look.ts';
import { notFound } from './not-found.ts';

/** Idempotent: what is gone is done. */
export async function deleteSnapshot(changing: Changing, vm: string, id: string): Promise<void> {
  const { virsh, context } = changing;
  const machine = await machineAt(changing, vm);
  const sight = await lookAtSnapshots(virsh, vm, context.signal);
  const record = sight.records.find((one) => one.id === id);
  if (record === undefined && !sight.names.includes(id)) return;
  if (record === undefined || record.snapshot === null) throw notFound(vm, id, sight);
  // What libvirt has forgotten it would leave in the disks.
  if (machine !== null) await redefineSnapshots(changing, machine.uuid, vm, sight);
  await forgetSnapshot(changing, vm, id);
}
