/**
 * Snapshots outlive their machine, as its disks do: libvirt forgets them with its definition, and is told of them again when the
 * machine is defined around the same disks.
 */
import type { Changing } from '../actuate/changing.ts';
import { machineAt } from '../actuate/machine-at.ts';
import { deleteVolume, volumeNames } from '../actuate/volume-calls.ts';
import { machineOfDisk, machineOfSnapshot, snapshotVolume } from '../names.ts';
import { removeSeeds } from '../seed/put-seed.ts';
import { withFile } from '../virsh/files.ts';
import { must } from '../virsh/virsh.ts';
import { textAt } from '../xml/element.ts';
import { parseXml } from '../xml/parse.ts';
import { forMachine, volumesIn } from './describe.ts';
import { forgetSnapshot } from './forget.ts';
import { lookAtSnapshots, type SnapshotSight, snapshotXml } from './look.ts';
import type { SnapshotState } from './record.ts';
import { putRecord } from './take.ts';

/** Before libvirt forgets them: also those that somebody else took are written down. */
export async function keepSnapshots(changing: Changing, vm: string): Promise<void> {
  const { virsh, context } = changing;
  const { records, names } = await lookAtSnapshots(virsh, vm, context.signal);
  for (const { id, xml } of records) if (xml === null) await forgetSnapshot(changing, vm, id);
  for (const name of names.filter((one) => !records.some(({ id }) => id === one))) {
    const xml = await snapshotXml(virsh, vm, name, context.signal);
    await putRecord(changing, vm, { id: name, snapshot: null, state: stateIn(xml), xml, said: null });
  }
}

function stateIn(xml: string): SnapshotState {
  const state = textAt(parseXml(xml), 'state');
  return state === 'running' || state === 'paused' ? state : 'shutoff';
}

/** Of a machine that was just defined. */
export async function redefineAll(changing: Changing, vm: string): Promise<void> {
  const { virsh, context } = changing;
  const sight = await lookAtSnapshots(virsh, vm, context.signal);
  if (sight.records.length === 0) return;
  const uuid = (await must(virsh, ['domuuid', vm], context.signal)).trim();
  await redefineSnapshots(changing, uuid, vm, sight);
}

/** What is written of them and libvirt does not know. What somebody else took is theirs to keep from then on. */
export async function redefineSnapshots(
  changing: Changing,
  uuid: string,
  vm: string,
  { records, names }: SnapshotSight,
): Promise<void> {
  const { virsh, context } = changing;
  for (const { id, snapshot, xml } of records) {
    if (xml === null) continue;
    if (!names.includes(id))
      await withFile(forMachine(xml, uuid), (file) =>
        must(virsh, ['snapshot-create', vm, '--redefine', file], context.signal),
      );
    if (snapshot === null) await deleteVolume(changing, snapshotVolume(vm, id));
  }
}

/** A disk that goes takes along the snapshots that need it, with what of them is in other disks. */
export async function dropSnapshotsOf(changing: Changing, disk: string): Promise<void> {
  const { virsh, context } = changing;
  const names = await volumeNames(changing);
  const machines = new Set(names.flatMap((name) => machineOfSnapshot(name) ?? []));
  for (const vm of [...machines].filter((name) => name === machineOfDisk(disk))) {
    const { records } = await lookAtSnapshots(virsh, vm, context.signal);
    const lost = records.filter(({ xml }) => xml === null || volumesIn(xml).includes(disk));
    for (const { id, snapshot } of lost) {
      context.progress(`the snapshot ${snapshot?.label ?? id} goes with ${disk}`);
      await forgetSnapshot(changing, vm, id);
    }
    // What cloud-init read was kept for them.
    if (lost.length === records.length && (await machineAt(changing, vm)) === null)
      await removeSeeds(changing, vm, null, null);
  }
}
