/**
 * Brings a machine where it was when a snapshot was taken: its disks and its definition. One that ran then boots anew from them.
 * Whatever can be found wrong is found before anything is touched; what the machine is now is lost.
 */
import { rm } from 'node:fs/promises';
import { parse } from 'yaml';
import { TrueupError } from '../../../model/failure.ts';
import { PRIVATE_FILE, writeFileAtomic } from '../../../files/atomic-file.ts';
import { isJsonObject, type JsonObject, member, scalarText } from '../../../model/json.ts';
import type { Changing } from '../actuate/changing.ts';
import { knownMachine } from '../actuate/machine-at.ts';
import { startMachine } from '../actuate/start.ts';
import { stopMachine } from '../actuate/stop.ts';
import { writeMark } from '../marks.ts';
import { diskKey, diskName } from '../names.ts';
import type { MachineSight } from '../observe/look.ts';
import { askQemuImg } from '../qemu-img/qemu-img.ts';
import { templateText } from '../template/fill.ts';
import { listOf, membersOf } from '../template/write.ts';
import { checksumOf } from './checksum.ts';
import { type DiskImage, imagesOf, lookAtSnapshots, tokenOf } from './look.ts';
import { notFound } from './not-found.ts';
import type { SnapshotRecord } from './record.ts';

export async function restoreSnapshot(changing: Changing, vm: string, id: string): Promise<JsonObject> {
  const { limactl, context } = changing;
  const machine = await knownMachine(changing, vm);
  const sight = await lookAtSnapshots(machine, context.signal);
  const record = sight.records.find((one) => one.id === id && one.isWhole);
  if (record === undefined) throw notFound(vm, id, sight);
  const images = await imagesOf(limactl.engine, machine, [null, ...record.disks], context.signal);
  assertWhole(vm, record, images);
  await stopMachine(changing, vm, machine.mark?.kept['stop_grace_period'] ?? null);
  for (const { path } of images) await applyTo(path, record, context.signal);
  await putDefinition(machine, record);
  const { status } = record.snapshot;
  if (status === 'Running') await startMachine(changing, { name: vm, config: configOf(record) }, false);
  return { snapshot: id, status };
}

function assertWhole(vm: string, record: SnapshotRecord, images: readonly DiskImage[]): void {
  const { id, snapshot } = record;
  const lacking = images.find(({ info }) => tokenOf(info, id) === null);
  if (lacking !== undefined) throw damaged(vm, id, `${lacking.path} does not hold it any more`);
  if (checksumOf(record, images) !== snapshot.checksum_manifest)
    throw damaged(vm, id, 'what its disks hold is not what was written when it was taken');
}

function damaged(vm: string, id: string, why: string): TrueupError {
  return new TrueupError('snapshot_damaged', `the snapshot ${id} of ${vm} is not whole: ${why}`, {
    fields: { name: vm, snapshot: id },
    next: 'nothing was touched: choose another one that `trueup snapshot list` shows',
  });
}

async function applyTo(path: string, { id }: SnapshotRecord, signal: AbortSignal): Promise<void> {
  const { exit_code: code, stderr } = await askQemuImg(['snapshot', '-a', id, path], signal);
  if (code === 0) return;
  throw new TrueupError('step_failed', `${path} cannot be brought back: ${stderr.trim()}`, {
    fields: { path, snapshot: id },
    next: 'look at the cause, and restore it again: the machine is stopped, and half of it may be as it was then',
  });
}

/** It stays ours, under the name that it has now. */
async function putDefinition({ files, mark, name }: MachineSight, record: SnapshotRecord): Promise<void> {
  const { kept } = record;
  const template = templateFor(name, record);
  if (mark !== null) {
    const { id = null } = mark.kept;
    await writeMark(files.mark, { ...mark, kept: { ...kept, name, ...(id === null ? {} : { id }) } });
  }
  await writeFileAtomic(files.applied, template, PRIVATE_FILE);
  await writeFileAtomic(files.template, template, PRIVATE_FILE);
  await rm(files.started, { force: true });
}

/** Its further disks have got other names along with it. */
export function templateFor(name: string, { template, kept }: Pick<SnapshotRecord, 'template' | 'kept'>): string {
  const then = kept['name'];
  if (typeof then !== 'string' || then === name) return template;
  const value: unknown = parse(template);
  if (!isJsonObject(value)) return template;
  const disks = listOf(value['additionalDisks']).map((disk) => {
    const known = scalarText(member(disk, 'name'));
    const key = diskKey(then, known);
    return key === known ? disk : { ...membersOf(disk), name: diskName(name, key) };
  });
  return templateText({ ...value, additionalDisks: disks });
}

/** What a start has to know of it. */
function configOf({ kept }: SnapshotRecord): JsonObject {
  const { accelerator = null, driver_options: options = {}, origin = {} } = kept;
  const arch = isJsonObject(origin) ? (origin['arch'] ?? null) : null;
  return { accelerator, arch, driver_options: options };
}
