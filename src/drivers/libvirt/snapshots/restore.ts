/**
 * Brings a machine where it was when a snapshot was taken. Whatever can be found wrong is found before anything is touched; what
 * the machine is now is lost.
 */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { bring, forgotten, saved } from '../actuate/bring.ts';
import type { Changing } from '../actuate/changing.ts';
import { knownMachine } from '../actuate/machine-at.ts';
import { volumeNames } from '../actuate/volume-calls.ts';
import { checksumOf, hasMemory, seedIn, volumesIn } from './describe.ts';
import { redefineSnapshots } from './keep.ts';
import { lookAtSnapshots, snapshotXml } from './look.ts';
import { notFound } from './not-found.ts';
import type { SnapshotRecord } from './record.ts';
import { revert } from './revert.ts';

export async function restoreSnapshot(changing: Changing, vm: string, id: string): Promise<JsonObject> {
  const { virsh, context } = changing;
  const machine = await knownMachine(changing, vm);
  const sight = await lookAtSnapshots(virsh, vm, context.signal);
  const record = sight.records.find((one) => one.id === id);
  if (record === undefined || record.snapshot === null || record.xml === null) throw notFound(vm, id, sight);
  if (!sight.names.includes(id)) await redefineSnapshots(changing, machine.uuid, vm, { ...sight, records: [record] });
  await assertWhole(changing, vm, record);
  // Memory that belongs to other disks would ruin them.
  if (machine.state.run_state === 'suspended' && !hasMemory(record.xml)) await bring(changing, vm, forgotten(vm));
  await revert(changing, machine, record);
  // What it remembered belongs to what it was before.
  if (machine.state.run_state === 'suspended') await virsh.ask([['managedsave-remove', vm]], context.signal);
  if (record.state === 'saved') await bring(changing, vm, saved(vm));
  return { snapshot: id, status: record.snapshot.status };
}

async function assertWhole(changing: Changing, vm: string, { id, snapshot, xml }: SnapshotRecord): Promise<void> {
  const { virsh, context } = changing;
  const found = await snapshotXml(virsh, vm, id, context.signal);
  if (checksumOf(found, vm) !== snapshot?.checksum_manifest)
    throw damaged(vm, id, 'what libvirt knows of it is not what was written when it was taken');
  const names = await volumeNames(changing);
  const needed = [...volumesIn(xml ?? ''), ...[seedIn(xml ?? '', vm)].filter((seed) => seed !== null)];
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length > 0) throw damaged(vm, id, `${missing.join(', ')} is not there any more`);
}

function damaged(vm: string, id: string, why: string): TrueupError {
  return new TrueupError('snapshot_damaged', `the snapshot ${id} of ${vm} is not whole: ${why}`, {
    fields: { name: vm, snapshot: id },
    next: 'nothing was touched: choose another one that `trueup snapshot list` shows',
  });
}
