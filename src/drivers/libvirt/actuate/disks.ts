/**
 * The verbs of disks. The mark comes before the disk and goes after it, so that a disk is never nobody's; a mark without a disk
 * is what a killed run leaves, and is written over by the next.
 */
import { rm } from 'node:fs/promises';
import type { Address } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import { type JsonObject, member, scalarText } from '../../../model/json.ts';
import { formatSize, parseSize } from '../../../model/quantity.ts';
import { type OwnerMark, ownerMark } from '../../owner-mark.ts';
import { machineOfDisk, markVolume, ROOT_DISK } from '../names.ts';
import { type DiskSight, lookAtSome } from '../observe/look.ts';
import { knownHostsFile } from '../state-folder.ts';
import { isOnItsWay } from '../package/on-its-way.ts';
import { dropSnapshotsOf } from '../snapshots/keep.ts';
import { refused } from '../virsh/failures.ts';
import type { Command } from '../virsh/quote.ts';
import { must } from '../virsh/virsh.ts';
import { roundedUp } from '../volumes/image-head.ts';
import { BASE_ATTEMPTS, type BaseImage, isKept, lostImage, putBase } from './bases.ts';
import type { Changing } from './changing.ts';
import { emptyConsole } from './consoles.ts';
import { assertMayBeMade, assertUnused, type DiskUser, ownUserOf } from './disk-users.ts';
import { refuseForeign } from './machine-at.ts';
import { assertSpace } from './room.ts';
import { removeFormerMarks, removeStrayMarks } from './stray-marks.ts';
import { inPoolTurn, sweepPool } from './sweep.ts';
import { removeBelongings } from './undefine.ts';
import { mustStart } from './start-noted.ts';
import { switchOff } from './stop.ts';
import { deleteVolume, diskAt, knownDisk, makeVolume, putMark, volumeNames } from './volume-calls.ts';

export interface DiskArguments {
  readonly name: string;
  readonly config: JsonObject;
}

/** Idempotent: a disk that is there stays, with all that is on it. */
export async function createDisk(
  changing: Changing,
  address: Address,
  { name, config }: DiskArguments,
): Promise<JsonObject> {
  const { virsh, context } = changing;
  const found = (await diskAt(changing, name)) ?? (await unlistedDisk(changing, name));
  if (found !== null) {
    refuseForeign(name, found.mark, context.owners);
    if (!isOnItsWay(found.mark?.kept ?? {})) return { path: found.volume.path };
    await deleteVolume(changing, name);
  }
  await assertMayBeMade(changing, name);
  return inPoolTurn(virsh.engine, () => makeDisk(changing, address, { name, config }));
}

/** Libvirt knows what is in a folder by what it did there: who was killed while renaming a file told it nothing. */
async function unlistedDisk(changing: Changing, name: string): Promise<DiskSight | null> {
  const { virsh, context } = changing;
  if (!(await volumeNames(changing)).includes(markVolume(name))) return null;
  await must(virsh, ['pool-refresh', virsh.engine.pool], context.signal);
  return diskAt(changing, name);
}

async function makeDisk(changing: Changing, address: Address, { name, config }: DiskArguments): Promise<JsonObject> {
  await removeStrayMarks(changing, name);
  for (let attempt = 1; ; attempt += 1) {
    const base = await putBase(changing, config['image'] ?? null);
    const bytes = await putDisk(changing, address, { name, config }, base);
    if (base === null || (await isKept(changing, base))) return { size: formatSize(bytes) };
    // Somebody else has taken the image for an unused one just before the disk lay over it.
    await deleteVolume(changing, name);
    if (attempt === BASE_ATTEMPTS) throw lostImage(name, base.location);
  }
}

async function putDisk(
  changing: Changing,
  address: Address,
  { name, config }: DiskArguments,
  base: BaseImage | null,
): Promise<number> {
  const { context } = changing;
  const bytes = sizeOf(name, config, base);
  if (base === null && config['format'] === 'raw') await assertSpace(changing.virsh, name, bytes, context.signal);
  await putMark(changing, name, ownerMark(address, keptOf(config, base), context));
  const format = scalarText(config['format'] ?? 'qcow2');
  await makeVolume(changing, {
    name,
    bytes,
    format,
    over: base === null ? null : { path: base.path, format: base.format },
  });
  if (name.endsWith(`.${ROOT_DISK}`))
    await rm(knownHostsFile(changing.virsh.engine, machineOfDisk(name)), { force: true });
  return bytes;
}

function sizeOf(name: string, config: JsonObject, base: BaseImage | null): number {
  const declared = config['size'] ?? null;
  const bytes = declared === null ? (base?.bytes ?? 0) : roundedUp(parseSize(scalarText(declared)) ?? 0);
  if (base === null || bytes >= base.bytes) return bytes;
  throw new TrueupError(
    'step_failed',
    `disk ${name} is to be smaller than its image, which has ${formatSize(base.bytes)}`,
    {
      fields: { name, declared, image: base.bytes },
      next: `declare \`disk: ${formatSize(base.bytes)}\` or more, or leave it out`,
    },
  );
}

function keptOf({ protect, deletion_policy: policy }: JsonObject, base: BaseImage | null): JsonObject {
  const image =
    base === null
      ? null
      : { location: base.location, sha256: base.sha256, sha512: base.sha512, size: formatSize(base.bytes) };
  return { protect: protect ?? false, deletion_policy: policy ?? null, image };
}

/** Idempotent; never smaller. A machine that runs goes on, and is told. */
export async function growDisk(changing: Changing, { name, config }: DiskArguments): Promise<JsonObject> {
  const { context } = changing;
  const { volume, mark } = await knownDisk(changing, name);
  refuseForeign(name, mark, context.owners);
  const bytes = roundedUp(parseSize(scalarText(config['size'] ?? '')) ?? 0);
  if (volume.bytes >= bytes) return {};
  const user = await ownUserOf(changing, { name, path: volume.path });
  if (user?.machine.state.run_state === 'suspended') {
    const { name: holder } = user.machine;
    throw new TrueupError('object_in_use', `disk ${name} cannot grow while ${holder} is suspended`, {
      fields: { name },
      next: `resume ${holder} first`,
    });
  }
  await resize(changing, name, bytes, user);
  return { size: formatSize(bytes) };
}

async function resize(changing: Changing, name: string, bytes: number, user: DiskUser | null): Promise<void> {
  const { virsh, context } = changing;
  const live = ({ machine, target }: DiskUser): Command => ['blockresize', machine.name, target, `${bytes}B`];
  if (user !== null && user.machine.live !== null) {
    await must(virsh, live(user), context.signal);
    return;
  }
  const [answer] = await virsh.ask([['vol-resize', '--pool', virsh.engine.pool, name, `${bytes}B`]], context.signal);
  const problem = answer?.stderr ?? '';
  if (problem === '') return;
  // Snapshots in it make it larger than what it is to be, which libvirt takes for shrinking: QEMU itself knows better.
  if (user === null || !/below existing allocation/.test(problem)) throw refused(virsh.engine, 'vol-resize', problem);
  // Whoever finds it held, for we were killed, lets it go on: as a start of ours.
  await emptyConsole(changing, user.machine.name);
  await mustStart(changing, user.machine.name, { hasOwnConsole: true, flags: ['--paused'] });
  try {
    await must(virsh, live(user), context.signal);
  } finally {
    await switchOff(changing, user.machine.name);
  }
}

/** Writes new values into the mark; the disk is not touched. */
export async function updateDisk(
  changing: Changing,
  address: Address,
  { name, config }: DiskArguments,
): Promise<JsonObject> {
  const { mark } = await knownDisk(changing, name);
  refuseForeign(name, mark, changing.context.owners);
  const former = mark?.ownership.address ?? address;
  // While a disk is made its mark is there without it.
  if (former !== address) await inPoolTurn(changing.virsh.engine, () => removeFormerMarks(changing, former));
  const kept = { ...keptOf(config, null), image: member(mark?.kept ?? null, 'image') };
  const renewed: OwnerMark = ownerMark(address, kept, changing.context);
  const created = mark?.ownership.created_revision ?? null;
  await putMark(changing, name, { ...renewed, ownership: { ...renewed.ownership, created_revision: created } });
  return {};
}

/**
 * Removes a disk and its data for good. Planned only where data may go. Where it is made anew next its mark stays: until then it
 * says that the disk is gone, and not the pool that it was in.
 */
export async function removeDisk(changing: Changing, name: string, isRemade = false): Promise<JsonObject> {
  const found = await diskAt(changing, name);
  if (found !== null) {
    refuseForeign(name, found.mark, changing.context.owners);
    await assertUnused(changing, { name, path: found.volume.path });
    await dropSnapshotsOf(changing, name);
    await deleteVolume(changing, name);
  }
  if (!isRemade) await deleteVolume(changing, markVolume(name));
  await removeUnclaimed(changing, machineOfDisk(name));
  await sweepPool(changing, isRemade ? name : null);
  return {};
}

/** What was made for a machine by who was killed before it was defined: nothing else leads there. */
async function removeUnclaimed(changing: Changing, vm: string): Promise<void> {
  if (!(await isDefined(changing, vm))) await removeBelongings(changing, vm);
}

/** Whoever it belongs to. */
async function isDefined({ virsh, context }: Changing, vm: string): Promise<boolean> {
  return (await lookAtSome(virsh, [{ type: 'vm', name: vm }], context.signal)).domains.length > 0;
}
