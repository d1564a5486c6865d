/** libvirt's own description of a snapshot: what it comes to, and how it is handed back to libvirt. Pure. */
import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from '../../../model/json.ts';
import { readMachine } from '../domain/read.ts';
import { seedOf } from '../domain/disks.ts';
import { attributeOf, element, elementAt, elementsIn, textAt, type XmlElement } from '../xml/element.ts';
import { parseXml } from '../xml/parse.ts';
import { writeXml } from '../xml/write.ts';

/**
 * Over what libvirt knows of its parts: which disks are in it, whether memory is, and the machine that it brings back. What a new
 * libvirt words otherwise, and what says only whose it is, is not in it.
 */
export function checksumOf(xml: string, vm: string): string {
  const found = parseXml(xml);
  const disks = elementsIn(elementAt(found, 'disks'), 'disk').map((disk): Json => ({ ...disk.attributes }));
  const domain = definitionIn(found);
  const manifest: Json = {
    name: textAt(found, 'name'),
    state: textAt(found, 'state'),
    created: textAt(found, 'creationTime'),
    memory: attributeOf(elementAt(found, 'memory'), 'snapshot'),
    disks,
    machine: domain === null ? null : readMachine(domain, vm),
    seed: domain === null ? null : seedOf(domain, vm),
  };
  return `sha256:${createHash('sha256').update(canonicalJson(manifest)).digest('hex')}`;
}

/** Disks of the machine that are in it, as volumes of the pool. */
export function volumesIn(xml: string): readonly string[] {
  const found = parseXml(xml);
  const held = elementsIn(elementAt(found, 'disks'), 'disk')
    .filter((disk) => attributeOf(disk, 'snapshot') !== 'no')
    .map((disk) => attributeOf(disk, 'name'));
  return elementsIn(elementAt(definitionIn(found), 'devices'), 'disk')
    .filter((disk) => held.includes(attributeOf(elementAt(disk, 'target'), 'dev')))
    .flatMap((disk) => attributeOf(elementAt(disk, 'source'), 'volume') ?? []);
}

/** What cloud-init reads once it is restored; `null` for nothing. */
export function seedIn(xml: string, vm: string): string | null {
  const domain = definitionIn(parseXml(xml));
  return domain === null ? null : seedOf(domain, vm);
}

export function hasMemory(xml: string): boolean {
  return attributeOf(elementAt(parseXml(xml), 'memory'), 'snapshot') === 'internal';
}

/** For the machine as it is defined now, under whatever id. What came before it may be gone. */
export function forMachine(xml: string, uuid: string): string {
  const found = parseXml(xml);
  const children = found.children.flatMap((child): readonly (XmlElement | string)[] => {
    if (typeof child === 'string') return [child];
    if (child.name === 'parent') return [];
    return child.name === 'domain' || child.name === 'inactiveDomain' ? [withUuid(child, uuid)] : [child];
  });
  return writeXml({ ...found, children });
}

function withUuid(domain: XmlElement, uuid: string): XmlElement {
  const children = domain.children.map((child) =>
    typeof child !== 'string' && child.name === 'uuid' ? element('uuid', {}, [uuid]) : child,
  );
  return { ...domain, children };
}

/** The definition that stays when what runs is over. */
function definitionIn(snapshot: XmlElement): XmlElement | null {
  return elementAt(snapshot, 'inactiveDomain') ?? elementAt(snapshot, 'domain');
}
