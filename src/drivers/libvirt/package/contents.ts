/** What a package of a machine holds: its disks, the images below them, and its definition without our marks. Only reads. */
import { randomUUID } from 'node:crypto';
import { TrueupError } from '../../../model/failure.ts';
import { member, scalarText } from '../../../model/json.ts';
import type { VmContents, VmPart } from '../../../model/vm-package.ts';
import { vmStatusOf } from '../../../model/vm-status-of.ts';
import { diskName, digestOfBase } from '../names.ts';
import { type DiskSight, type DomainSight, lookAtSome } from '../observe/look.ts';
import { machineObject } from '../observe/objects.ts';
import { must, type Virsh } from '../virsh/virsh.ts';
import { downloaded } from '../virsh/volume-stream.ts';
import { attributeOf, elementAt, elementsIn, textAt, type XmlElement } from '../xml/element.ts';
import { parseXml } from '../xml/parse.ts';
import { writeXml } from '../xml/write.ts';

export const KIND = 'libvirt';

export async function contentsOf(virsh: Virsh, vm: string, signal: AbortSignal): Promise<VmContents> {
  const { domains } = await lookAtSome(virsh, [{ type: 'vm', name: vm }], signal);
  const machine = domains[0];
  if (machine === undefined) throw new TrueupError('object_missing', `machine ${vm} is not there`, { fields: { vm } });
  assertAtRest(machine);
  const names = disksOf(machine);
  const { disks } = await lookAtSome(
    virsh,
    names.map((name) => ({ type: 'volume', name })),
    signal,
  );
  const bases = [...new Set(disks.flatMap(({ volume }) => volume.over ?? []))];
  const parts = [
    ...(await Promise.all(bases.map((base) => basePart(virsh, base, signal)))),
    ...(await Promise.all(disks.map((disk) => diskPart(virsh, vm, disk, signal)))),
  ];
  const definition = { name: 'definition.xml', text: `${writeXml(withoutMarks(machine.inactive))}\n` };
  return { vm_id: machine.uuid, package_kind: KIND, definition, parts };
}

function assertAtRest(machine: DomainSight): void {
  const { name, state } = machine;
  if (!state.isActive && state.run_state !== 'suspended') return;
  const { status } = machineObject(machine, () => ({}));
  const next =
    state.run_state === 'suspended'
      ? 'what it remembers is not on its disks: `trueup resume` it, and then `trueup stop` it'
      : 'stop it first: `trueup stop` with its address';
  throw new TrueupError(
    'illegal_transition',
    `machine ${name} is ${vmStatusOf(status)}, and nobody may write to what is copied`,
    {
      fields: { name },
      next,
    },
  );
}

/** Ours, as volumes of the pool. */
function disksOf({ name, inactive }: DomainSight): readonly string[] {
  return elementsIn(elementAt(inactive, 'devices'), 'disk').flatMap((disk) => {
    const volume = attributeOf(elementAt(disk, 'source'), 'volume');
    const isOwn = volume?.startsWith(diskName(name, '')) === true && elementAt(disk, 'readonly') === null;
    return isOwn && volume !== null ? [volume] : [];
  });
}

async function diskPart(virsh: Virsh, vm: string, { volume, mark }: DiskSight, signal: AbortSignal): Promise<VmPart> {
  const { bytes, stamp } = await fileOf(virsh, volume.name, signal);
  const disk = volume.name.slice(diskName(vm, '').length);
  const image = member(mark?.kept ?? null, 'image');
  return {
    name: `disks/${disk}`,
    bytes,
    stamp,
    about: { disk, format: volume.format, capacity: volume.bytes, base: volume.over, image },
  };
}

export function readPart(
  virsh: Virsh,
  vm: string,
  { about, bytes }: VmPart,
  offset: number,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const disk = member(about, 'disk');
  const volume = typeof disk === 'string' ? diskName(vm, disk) : scalarText(member(about, 'base'));
  return downloaded(virsh, { volume, from: offset, to: bytes }, signal);
}

async function basePart(virsh: Virsh, base: string, signal: AbortSignal): Promise<VmPart> {
  const { bytes, stamp, format } = await fileOf(virsh, base, signal);
  return { name: `bases/${base}`, bytes, stamp, about: { base, digest: digestOfBase(base), format } };
}

interface VolumeFile {
  /** Of the file, not of the disk in it. */
  readonly bytes: number;
  readonly stamp: string;
  readonly format: string;
}

async function fileOf(virsh: Virsh, volume: string, signal: AbortSignal): Promise<VolumeFile> {
  const found = parseXml(await must(virsh, ['vol-dumpxml', '--pool', virsh.engine.pool, volume], signal));
  const bytes = Number(textAt(found, 'physical') ?? 0);
  // Where nobody knows when it was changed, nothing that was copied before is worth anything.
  const changed = textAt(found, 'target', 'timestamps', 'mtime') ?? randomUUID();
  const format = attributeOf(elementAt(found, 'target', 'format'), 'type') ?? 'raw';
  return { bytes, stamp: `${changed} ${bytes}`, format };
}

/** Whose it was says nothing where it goes. */
function withoutMarks(domain: XmlElement): XmlElement {
  return {
    ...domain,
    children: domain.children.filter((child) => typeof child === 'string' || child.name !== 'metadata'),
  };
}
