/** Memory as libvirt writes it. QEMU is given whole MiB: whatever is between them is rounded up at the start. */
import { parseSize } from '../../../model/quantity.ts';
import { textOf, attributeOf, type XmlElement } from '../xml/element.ts';

export const MIB: number = 1024 * 1024;

export function wholeMib(bytes: number): number {
  return Math.ceil(bytes / MIB) * MIB;
}

/** What such an element comes to; `null` where there is none. */
export function bytesOf(found: XmlElement | null): number | null {
  if (found === null) return null;
  const unit = (attributeOf(found, 'unit') ?? 'KiB').replace(/^b$|^bytes$/, 'B');
  const bytes = parseSize(`${textOf(found) ?? ''}${unit}`);
  return bytes === null ? null : wholeMib(bytes);
}
