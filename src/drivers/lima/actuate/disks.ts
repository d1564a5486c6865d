/**
 * The verbs of further disks. A note stands before a disk is made, and its mark in its folder afterwards, so that a disk is never
 * nobody's.
 */
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Address } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import { type JsonObject, scalarText } from '../../../model/json.ts';
import { formatSize, parseSize } from '../../../model/quantity.ts';
import { makeFolder } from '../../../files/make-folder.ts';
import { dropIntent } from '../intent.ts';
import { must } from '../limactl/limactl.ts';
import { markOnTheMove, writeMark } from '../marks.ts';
import { machinesNamedIn } from '../names.ts';
import { type DiskSight, diskNamed, machineNamed } from '../observe/look.ts';
import { diskFiles } from '../places.ts';
import { type OwnerMark, ownerMark, renewedMark } from '../../owner-mark.ts';
import { removeWithSnapshots } from '../snapshots/drop.ts';
import { SECTOR } from '../template/write.ts';
import type { Changing, Named } from './changing.ts';
import { refuseForeign } from './machine-at.ts';

/** Idempotent: a disk that is there stays, with all that is on it. */
export async function createDisk(changing: Changing, address: Address, disk: Named): Promise<JsonObject> {
  const { limactl, context } = changing;
  const { name, config } = disk;
  const files = diskFiles(limactl.engine, name);
  const mark = ownerMark(address, keptOfDisk(disk), context);
  const found = await diskNamed(limactl, name, context.signal);
  if (found === null) {
    await makeFolder(dirname(files.intent));
    await writeMark(files.intent, mark);
    await must(limactl, ['disk', 'create', name, '--size', String(sizeOf(config))], context.signal);
  } else {
    refuseForeign(name, found.mark?.ownership ?? null, context.owners);
  }
  // In one go: whoever is killed before leaves a note, and after it none.
  if (found === null) await rename(files.intent, files.mark);
  else await finish(changing, name, renewedMark(mark, found.mark));
  return { size: formatSize(sizeOf(config)) };
}

function sizeOf(config: JsonObject): number {
  return Math.ceil((parseSize(scalarText(config['size'] ?? '')) ?? 0) / SECTOR) * SECTOR;
}

function keptOfDisk({ name, config }: Named): JsonObject {
  return { name, protect: config['protect'] ?? false, deletion_policy: config['deletion_policy'] ?? null };
}

/** Idempotent; never smaller. Lima does not do it while a machine runs with it. */
export async function growDisk(changing: Changing, { name, config }: Named): Promise<JsonObject> {
  const { limactl, context } = changing;
  const found = await knownDisk(changing, name);
  const bytes = sizeOf(config);
  if (Number(found.listed['size'] ?? 0) >= bytes) return {};
  await assertUnused(changing, found, 'cannot grow', 'or declare `apply_restart: on_change`');
  await must(limactl, ['disk', 'resize', name, '--size', String(bytes)], context.signal);
  return { size: formatSize(bytes) };
}

/** Gives a disk another name, with all that is on it. Lima knows a disk by its folder. Idempotent. */
export async function moveDisk(changing: Changing, from: string, to: string): Promise<JsonObject> {
  const { limactl, context } = changing;
  const found = await diskNamed(limactl, from, context.signal);
  if (found === null || found.mark === null) {
    await knownDisk(changing, to);
    return {};
  }
  refuseForeign(from, found.mark.ownership, context.owners);
  await assertUnused(changing, found, 'cannot get another name', 'and apply again');
  const [here, there] = [diskFiles(limactl.engine, from), diskFiles(limactl.engine, to)];
  await writeMark(here.mark, markOnTheMove(found.mark, from, to));
  await rename(here.folder, there.folder);
  return {};
}

/** Writes new values into the mark; the disk is not touched. */
export async function updateDisk(changing: Changing, address: Address, disk: Named): Promise<JsonObject> {
  const { mark } = await knownDisk(changing, disk.name);
  const renewed: OwnerMark = renewedMark(ownerMark(address, keptOfDisk(disk), changing.context), mark);
  await finish(changing, disk.name, renewed);
  return {};
}

async function finish({ limactl }: Changing, name: string, mark: OwnerMark): Promise<void> {
  const files = diskFiles(limactl.engine, name);
  await writeMark(files.mark, mark);
  await dropIntent(files.intent);
}

/** Removes a disk and its data for good. Planned only where data may go. Its machine does not change meanwhile. */
export function removeDisk(changing: Changing, name: string): Promise<JsonObject> {
  return changing.inTurnsOf(machinesNamedIn(name), () => removeNow(changing, name));
}

async function removeNow(changing: Changing, name: string): Promise<JsonObject> {
  const { limactl, context } = changing;
  const found = await diskNamed(limactl, name, context.signal);
  if (found !== null) {
    refuseForeign(name, found.mark?.ownership ?? null, context.owners);
    await assertUnused(changing, found, 'is in use', 'and apply again');
    await removeWithSnapshots(changing, name, () =>
      // By force: else one that a stopped machine names stays without a word. What runs with it was looked for.
      must(limactl, ['disk', 'delete', '--force', name], context.signal),
    );
  }
  await dropIntent(diskFiles(limactl.engine, name).intent);
  return {};
}

async function knownDisk({ limactl, context }: Changing, name: string): Promise<DiskSight> {
  const found = await diskNamed(limactl, name, context.signal);
  if (found === null) throw new TrueupError('object_missing', `disk ${name} is not there`, { fields: { name } });
  refuseForeign(name, found.mark?.ownership ?? null, context.owners);
  return found;
}

/** A machine that was killed leaves its name on its disks. */
async function assertUnused(changing: Changing, { name, listed }: DiskSight, what: string, or: string): Promise<void> {
  const user = scalarText(listed['instance'] ?? '');
  if (user === '') return;
  const machine = await machineNamed(changing.limactl, user, changing.context.signal);
  if (machine === null || machine.status === 'Stopped') return;
  throw new TrueupError('object_in_use', `disk ${name} ${what}: ${user} runs with it`, {
    fields: { name, user },
    next: `stop ${user} first, ${or}`,
  });
}
