/**
 * Puts the disks of a package in place, each over the same image as before: nothing is touched before all of it is found to fit.
 * Until a disk is whole its mark says that it is on its way: such a disk counts as none.
 */
import { type Address, addressOf, keyOf } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import { type Json, type JsonObject, member, scalarText } from '../../../model/json.ts';
import type { VmPart } from '../../../model/vm-package.ts';
import type { MachineToBe, PackageSource } from '../../vm-faces.ts';
import { BASE_ATTEMPTS, isKept, lostImage } from '../actuate/bases.ts';
import type { Changing } from '../actuate/changing.ts';
import { removeDisk } from '../actuate/disks.ts';
import { machineAt, refuseForeign } from '../actuate/machine-at.ts';
import { assertSpace } from '../actuate/room.ts';
import { undefineMachine } from '../actuate/undefine.ts';
import { deleteVolume, diskAt, makeVolume, putContent, putMark, volumeNames } from '../actuate/volume-calls.ts';
import { type OwnerMark, ownerMark } from '../../owner-mark.ts';
import { diskName, digestOfBase, markVolume } from '../names.ts';
import { must } from '../virsh/virsh.ts';
import { uploadTo } from '../virsh/volume-stream.ts';
import { Hashes } from '../volumes/digests.ts';
import { readVolume } from '../volumes/describe.ts';
import { parseXml } from '../xml/parse.ts';
import { KIND } from './contents.ts';
import { assertFits, type FittingDisk } from './fits.ts';
import { isOnItsWay, ON_ITS_WAY } from './on-its-way.ts';
import { placed, withHead } from './overlay.ts';

export async function putParts(changing: Changing, machine: MachineToBe, source: PackageSource): Promise<void> {
  const { contents } = source;
  if (contents.package_kind !== KIND)
    throw new TrueupError(
      'package_refused',
      `the package is of a machine on ${contents.package_kind}, and this engine is libvirt`,
      {
        next: 'a package goes back to the kind of engine that it is from',
      },
    );
  const { virsh, context } = changing;
  const { object } = machine;
  const disks = await assertFits(changing, machine, contents);
  await assertFree(changing, machine, disks);
  const bytes = contents.parts.reduce((sum, part) => sum + part.bytes, 0);
  await assertSpace(virsh, `the package of ${object.name}`, bytes, context.signal);
  if (machine.replace) await clear(changing, object.name, disks);
  for (const disk of disks) {
    const base = disk.base === null ? null : await putBase(changing, source, disk.base, disk.image);
    await putDisk(changing, machine, { ...disk, path: base }, source);
    await keepBase(changing, machine, disk, source);
    await finish(changing, machine, disk);
  }
}

/** What is there already is replaced only where somebody said so; a disk that is only on its way is no disk. */
async function assertFree(
  changing: Changing,
  { object, replace }: MachineToBe,
  disks: readonly FittingDisk[],
): Promise<void> {
  const { name } = object;
  const found = await machineAt(changing, name);
  if (found?.state.isActive === true || found?.state.run_state === 'suspended')
    throw new TrueupError('package_refused', `machine ${name} is there, and not stopped`, {
      fields: { name },
      next: 'stop it first: `trueup stop` with its address',
    });
  for (const { disk } of disks) {
    const volume = diskName(name, disk);
    const there = await diskAt(changing, volume);
    if (there === null) continue;
    refuseForeign(volume, there.mark, changing.context.owners);
    if (replace || isOnItsWay(there.mark?.kept ?? {})) continue;
    throw new TrueupError('package_refused', `disk ${volume} is there already`, {
      fields: { name, disk: volume },
      next: '--force puts the one of the package in its place; all that is on it is lost then, and every snapshot of the machine',
    });
  }
}

async function clear(changing: Changing, name: string, disks: readonly FittingDisk[]): Promise<void> {
  await undefineMachine(changing, name);
  for (const { disk } of disks) await removeDisk(changing, diskName(name, disk));
}

/** An image is there once, by its content, whoever brought it: so it is what its name says, or it does not stay. */
async function putBase(changing: Changing, source: PackageSource, part: VmPart, image: Json): Promise<string> {
  const { virsh, context } = changing;
  const name = scalarText(member(part.about, 'base'));
  const location = scalarText(member(image, 'location'));
  if (digestOfBase(name) === null || digestOfBase(name) !== member(image, 'sha256')) throw otherImage(name);
  const names = await volumeNames(changing);
  if (!names.includes(name) || !names.includes(markVolume(name))) {
    context.progress(`copying the image below the disks to the host`);
    await deleteVolume(changing, name);
    await makeVolume(changing, { name, bytes: part.bytes, format: 'raw', over: null });
    const hashes = new Hashes();
    await uploadTo(virsh, name, hashes.over(source.read(part)), context.signal);
    const { sha256, sha512 } = hashes.digests();
    if (sha256 !== member(image, 'sha256') || sha512 !== member(image, 'sha512')) {
      await deleteVolume(changing, name);
      throw otherImage(name);
    }
    const format = scalarText(member(part.about, 'format'));
    await putContent(changing, markVolume(name), JSON.stringify({ format, location }));
  }
  return readVolume(parseXml(await must(virsh, ['vol-dumpxml', '--pool', virsh.engine.pool, name], context.signal)))
    .path;
}

async function putDisk(
  changing: Changing,
  machine: MachineToBe,
  { disk, part, image, path }: FittingDisk & { readonly path: string | null },
  source: PackageSource,
): Promise<void> {
  const { virsh, context } = changing;
  const name = diskName(machine.object.name, disk);
  context.progress(`copying disk ${disk} to the host`);
  await putMark(changing, name, markOf(changing, machine, { disk, image }, ON_ITS_WAY));
  await deleteVolume(changing, name);
  await makeVolume(changing, { name, bytes: part.bytes, format: 'raw', over: null });
  const isQcow2 = member(part.about, 'format') === 'qcow2';
  const content = isQcow2
    ? withHead(source.read(part), (head) => placed(head, path) ?? unfit(name))
    : source.read(part);
  await uploadTo(virsh, name, content, context.signal);
  await must(virsh, ['pool-refresh', virsh.engine.pool], context.signal);
}

/** Somebody else may have taken the image for an unused one just before the disk lay over it. */
async function keepBase(
  changing: Changing,
  { object }: MachineToBe,
  { disk, base, image }: FittingDisk,
  source: PackageSource,
): Promise<void> {
  if (base === null) return;
  const sha256 = scalarText(member(image, 'sha256'));
  for (let attempt = 1; !(await isKept(changing, { sha256 })); attempt += 1) {
    const location = scalarText(member(image, 'location'));
    if (attempt === BASE_ATTEMPTS) throw lostImage(diskName(object.name, disk), location);
    await putBase(changing, source, base, image);
  }
}

/** From here on it is a disk. */
async function finish(changing: Changing, machine: MachineToBe, disk: FittingDisk): Promise<void> {
  await putMark(changing, diskName(machine.object.name, disk.disk), markOf(changing, machine, disk));
}

function markOf(
  { context }: Changing,
  { address, config }: MachineToBe,
  { disk, image }: Pick<FittingDisk, 'disk' | 'image'>,
  more: JsonObject = {},
): OwnerMark {
  const kept: JsonObject = {
    protect: config['protect'] ?? false,
    deletion_policy: config['deletion_policy'] ?? null,
    image,
    ...more,
  };
  return ownerMark(diskAddress(address, disk), kept, context);
}

function diskAddress(vm: Address, disk: string): Address {
  return addressOf('volume', `${keyOf(vm)}.${disk}`);
}

function otherImage(name: string): TrueupError {
  return new TrueupError('package_refused', `the image below the disks in the package is not what it says: ${name}`, {
    fields: { name },
    next: 'nobody should use this package; nothing of it is left here',
  });
}

function unfit(name: string): never {
  throw new TrueupError(
    'package_refused',
    `the content of disk ${name} is no qcow2 that could lie over its image here`,
    {
      fields: { name },
      next: 'export it again; a storage pool with a shorter path may help',
    },
  );
}
