/**
 * Our marks: whose an object is, and what libvirt has no place for. On a machine they stand in its metadata, in a name space of
 * our own; of a disk in a small volume beside it. Whatever is no mark of ours reads as `null`.
 */
import { type OwnerMark, ownerMarkText, parseOwnerMark } from '../owner-mark.ts';
import { element, elementsIn, elementAt, textOf, type XmlElement } from './xml/element.ts';

export const MARK_SPACE = 'https://trueup.dev/libvirt/1';
const PREFIX = 'trueup';

/** The element that goes into the metadata of a machine. */
export function markElement(mark: OwnerMark): XmlElement {
  return element(`${PREFIX}:mark`, { [`xmlns:${PREFIX}`]: MARK_SPACE }, [ownerMarkText(mark)]);
}

/**
 * The name that a machine was defined under: its disks, and what else it has in the pool, are called by it, also where somebody
 * has renamed the machine since. `present` is what it is called now.
 */
export function nameInMark(domain: XmlElement, present: string): string {
  const name = markOf(domain)?.kept['name'];
  return typeof name === 'string' ? name : present;
}

/**
 * The content of the volume beside a disk. A mark is written over the one before it, and may be shorter: it ends with its first
 * NUL, whatever stands behind that.
 */
export function markContent(mark: OwnerMark): string {
  return ownerMarkText(mark) + END;
}

export function markIn(content: string): OwnerMark | null {
  const [text = ''] = content.split(END, 1);
  return parseOwnerMark(text);
}

const END = '\0';

/** What stands in the metadata of a machine. The prefix is whatever somebody made of it. */
export function markOf(domain: XmlElement): OwnerMark | null {
  const found = elementsIn(elementAt(domain, 'metadata')).find((child) =>
    Object.values(child.attributes).includes(MARK_SPACE),
  );
  return found === undefined ? null : parseOwnerMark(textOf(found) ?? '');
}
