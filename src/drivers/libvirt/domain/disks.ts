/**
 * Disks of a machine, each a volume of the pool. What a disk holds and how large it is, its volume says; here it is only
 * attached, under a serial number by which the guest finds it: `/dev/disk/by-id/virtio-<name>`.
 */
import type { Json, JsonObject } from '../../../model/json.ts';
import { diskName, isSeed, ROOT_DISK } from '../names.ts';
import { attributeOf, element, elementAt, elementsIn, type XmlElement } from '../xml/element.ts';
import type { DomainSpec } from './spec.ts';

/** Behind all letters that disks get. */
const SEED_TARGET = 'vdzz';

/** What the field of the first disk says where it is attached: its size is not the machine's to say. */
export const ATTACHED = 'attached';

export function diskElements({ disks, pool, seed }: DomainSpec): readonly XmlElement[] {
  const first = disks.filter(({ disk }) => disk === ROOT_DISK);
  const further = disks.filter(({ disk }) => disk !== ROOT_DISK);
  const attached = [...first, ...further].map(({ disk, volume, format }, index) =>
    element('disk', { type: 'volume', device: 'disk' }, [
      element('driver', { name: 'qemu', type: format, discard: 'unmap' }),
      element('source', { pool, volume }),
      element('target', { dev: targetAt(index), bus: 'virtio' }),
      element('serial', {}, [disk]),
    ]),
  );
  return seed === null ? attached : [...attached, seedElement(pool, seed)];
}

function seedElement(pool: string, volume: string): XmlElement {
  return element('disk', { type: 'volume', device: 'disk' }, [
    element('driver', { name: 'qemu', type: 'raw' }),
    element('source', { pool, volume }),
    element('target', { dev: SEED_TARGET, bus: 'virtio' }),
    element('readonly'),
  ]);
}

/** `vda` … `vdz`, `vdaa` … */
function targetAt(index: number): string {
  const letter = (at: number): string => String.fromCharCode(97 + at);
  return index < 26 ? `vd${letter(index)}` : `vd${letter(Math.floor(index / 26) - 1)}${letter(index % 26)}`;
}

/** Disks that are new get places that nobody has. */
export function freeTargets(
  laid: readonly { readonly device: XmlElement; readonly isNew: boolean }[],
  others: readonly XmlElement[],
): readonly XmlElement[] {
  const taken = new Set(others.map((device) => attributeOf(elementAt(device, 'target'), 'dev')));
  return laid.map(({ device, isNew }) => {
    const target = elementAt(device, 'target');
    const wanted = attributeOf(target, 'dev');
    if (!isNew || device.name !== 'disk' || target === null) return device;
    if (!taken.has(wanted)) {
      taken.add(wanted);
      return device;
    }
    let index = 0;
    while (taken.has(targetAt(index))) index += 1;
    taken.add(targetAt(index));
    const free = { ...target, attributes: { ...target.attributes, dev: targetAt(index) } };
    return { ...device, children: device.children.map((child) => (child === target ? free : child)) };
  });
}

/** Which disks are attached. What is none of ours stands there under its place in the machine. */
export function readDisks(domain: XmlElement, vm: string): JsonObject {
  const further: Record<string, Json> = {};
  let disk: Json = null;
  for (const found of elementsIn(elementAt(domain, 'devices'), 'disk')) {
    const source = elementAt(found, 'source');
    const place = diskPlace(found, vm);
    if (source === null || place === null) continue;
    if (place === ROOT_DISK) disk = ATTACHED;
    else further[place] = { name: ownName(source, vm) ?? sourceText(source) };
  }
  return { disk, additional_disks: further };
}

/** What a disk is called here: its own name, or for what is none of ours its place; `null` for what is no disk of the guest. */
export function diskPlace(disk: XmlElement, vm: string): string | null {
  const source = elementAt(disk, 'source');
  if (source === null || isSeed(attributeOf(source, 'volume'), vm)) return null;
  return ownName(source, vm) ?? attributeOf(elementAt(disk, 'target'), 'dev') ?? '';
}

function ownName(source: XmlElement, vm: string): string | null {
  const volume = attributeOf(source, 'volume');
  return volume?.startsWith(diskName(vm, '')) === true ? volume.slice(diskName(vm, '').length) : null;
}

function sourceText(source: XmlElement): string {
  const { file, dev, name, volume } = source.attributes;
  return file ?? dev ?? name ?? volume ?? 'a disk';
}

/** The volume that cloud-init reads from; `null` for none. */
export function seedOf(domain: XmlElement, vm: string): string | null {
  const volumes = elementsIn(elementAt(domain, 'devices'), 'disk').map((disk) =>
    attributeOf(elementAt(disk, 'source'), 'volume'),
  );
  return volumes.find((volume) => isSeed(volume, vm)) ?? null;
}
