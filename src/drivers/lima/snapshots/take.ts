/**
 * Takes a snapshot of all disks of a machine, in the disks themselves: of one that runs in one moment. The record comes first, as
 * begun, and is finished last: what a killed run leaves is known by it, and cleared away by the next.
 */
import { TrueupError } from '../../../model/failure.ts';
import type { VmSnapshot, VmSnapshotRequest } from '../../../model/vm-snapshot.ts';
import { begunSnapshot } from '../../kept-snapshot.ts';
import type { Changing } from '../actuate/changing.ts';
import { knownMachine } from '../actuate/machine-at.ts';
import { idOf, textOf } from '../marks.ts';
import { diskKey } from '../names.ts';
import type { MachineSight } from '../observe/look.ts';
import { askQemuImg } from '../qemu-img/qemu-img.ts';
import { askSnapshot } from './ask-snapshot.ts';
import { attachedDisks } from './attached.ts';
import { checksumOf } from './checksum.ts';
import { forgetSnapshot } from './forget.ts';
import { type DiskImage, imagesOf, lookAtSnapshots, tokenOf } from './look.ts';
import { type SnapshotRecord, writeRecord } from './record.ts';

const SYNC_TIMEOUT_MS = 15_000;

export async function takeSnapshot(changing: Changing, vm: string, request: VmSnapshotRequest): Promise<VmSnapshot> {
  const { limactl, context } = changing;
  const machine = await knownMachine(changing, vm);
  const { records } = await lookAtSnapshots(machine, context.signal);
  const known = records.find(({ id, isWhole }) => id === request.id && isWhole);
  if (known !== undefined) return known.snapshot;
  for (const record of records) if (!record.isWhole) await forgetSnapshot(changing, machine, record);
  const disks = ownDisks(vm, await attachedDisks(limactl, machine, context.signal));
  const images = (): Promise<readonly DiskImage[]> =>
    imagesOf(limactl.engine, machine, [null, ...disks], context.signal);
  const before = await images();
  assertPossible(machine, before);
  const { id } = request;
  const kept = machine.mark?.kept ?? {};
  const status = machine.status === 'Running' ? 'Running' : 'Stopped';
  const snapshot = begunSnapshot(idOf(kept) ?? machine.files.folder, request, status);
  const template = (await textOf(machine.files.template)) ?? '';
  const begun: SnapshotRecord = { id, snapshot, isWhole: false, disks, template, kept };
  await writeRecord(machine.files, begun);
  const problem = await take(changing, machine, id, before);
  const after = await images();
  if (after.some(({ info }) => tokenOf(info, id) === null)) {
    await forgetSnapshot(changing, machine, begun);
    throw failed(vm, problem === '' ? 'nobody says why' : problem, ADVICE[status]);
  }
  const whole = {
    ...snapshot,
    size_bytes: Math.max(0, bytesOf(after) - bytesOf(before)),
    checksum_manifest: checksumOf(begun, after),
  };
  await writeRecord(machine.files, { ...begun, snapshot: whole, isWhole: true });
  return whole;
}

const ADVICE = {
  Running: 'stop the machine first: some of what a guest can have, such as mounts by 9p, is in the way while it runs',
  Stopped: 'look at the cause, and try again',
} as const;

/** What was complained of; empty for nothing. */
async function take(
  changing: Changing,
  { name, status }: MachineSight,
  id: string,
  images: readonly DiskImage[],
): Promise<string> {
  const { limactl, context } = changing;
  if (status === 'Running') {
    // What the guest has not written yet would be missing. One that cannot be reached is taken as it is.
    await limactl
      .ask(['shell', '--workdir', '/', name, 'sync'], context.signal, { timeoutMs: SYNC_TIMEOUT_MS })
      .catch(() => context.signal.throwIfAborted());
    return askSnapshot(changing, 'create', name, id);
  }
  let said = '';
  for (const { path } of images) said += (await askQemuImg(['snapshot', '-c', id, path], context.signal)).stderr;
  return said.trim();
}

/** By their keys. What QEMU saves it saves on all disks, so there must not be anybody else's. */
function ownDisks(vm: string, attached: readonly string[]): readonly string[] {
  return attached.map((disk) => {
    const key = diskKey(vm, disk);
    if (key !== disk) return key;
    throw failed(vm, `its disk ${disk} is not its own`, 'run `trueup apply`, which detaches it');
  });
}

/** Asked before anything is begun. */
function assertPossible({ name, status, listed }: MachineSight, images: readonly DiskImage[]): void {
  if (listed['vmType'] !== 'qemu')
    throw failed(
      name,
      'Lima takes snapshots under QEMU alone',
      'declare `driver_options: { vmType: qemu }`, for another machine',
    );
  if (status !== 'Running' && status !== 'Stopped')
    throw failed(name, `Lima calls it ${status === '' ? 'nothing' : status}`, 'run `trueup apply`, which repairs it');
  for (const { path, info } of images) {
    if (info === null) throw failed(name, `${path} is not there`, 'start the machine once, or run `trueup apply`');
    if (info.format !== 'qcow2')
      throw failed(
        name,
        `${path} cannot hold a snapshot: it is ${info.format}`,
        'make the machine from an image that is qcow2',
      );
  }
}

function failed(vm: string, why: string, next: string): TrueupError {
  return new TrueupError('snapshot_failed', `no snapshot of machine ${vm} can be taken: ${why}`, {
    fields: { name: vm },
    next,
  });
}

function bytesOf(images: readonly DiskImage[]): number {
  return images.reduce((sum, { info }) => sum + (info?.actualBytes ?? 0), 0);
}
