/** Volumes of a storage pool, as libvirt takes and gives them. */
import { basename } from 'node:path';
import { attributeOf, element, elementAt, textAt, type XmlElement } from '../xml/element.ts';

export interface VolumeSpec {
  readonly name: string;
  readonly bytes: number;
  readonly format: string;
  /** The path of what it lies over, in which format; `null` for nothing. */
  readonly over: { readonly path: string; readonly format: string } | null;
}

export function volumeElement({ name, bytes, format, over }: VolumeSpec): XmlElement {
  return element('volume', {}, [
    element('name', {}, [name]),
    element('capacity', { unit: 'bytes' }, [String(bytes)]),
    // Space is taken as it is filled.
    element('allocation', { unit: 'bytes' }, ['0']),
    // The older kind of qcow2 cannot grow while there are snapshots in it.
    element('target', {}, [
      element('format', { type: format }),
      format === 'qcow2' ? element('compat', {}, ['1.1']) : null,
    ]),
    over === null
      ? null
      : element('backingStore', {}, [element('path', {}, [over.path]), element('format', { type: over.format })]),
  ]);
}

export interface VolumeSight {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** Bytes that it takes on the host. */
  readonly allocation: number;
  readonly format: string;
  /** The name of what it lies over; `null` for nothing. */
  readonly over: string | null;
}

export function readVolume(found: XmlElement): VolumeSight {
  const over = textAt(found, 'backingStore', 'path');
  return {
    name: textAt(found, 'name') ?? '',
    path: textAt(found, 'target', 'path') ?? '',
    bytes: Number(textAt(found, 'capacity') ?? 0),
    allocation: Number(textAt(found, 'allocation') ?? 0),
    format: attributeOf(elementAt(found, 'target', 'format'), 'type') ?? 'raw',
    over: over === null || over === '' ? null : basename(over),
  };
}
