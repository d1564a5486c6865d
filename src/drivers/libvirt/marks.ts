/**
 * Our marks: whose an object is, and what libvirt has no place for. On a machine they stand in its metadata, in a name space of
 * our own; of a disk in a small volume beside it. Whatever is no mark of ours reads as `null`.
 */
import { type OwnerMark, ownerMarkText, parseOwnerMark } from '../owner-mark.ts';
import { element, elementsIn, elementAt, textOf, type XmlElement } from './xml/element.ts';

const MARK_SPACE = 'https://trueup.dev/libvirt/1';
const PREFIX = 'trueup';

/** The element that goes into the metadata of a machine. */
export function markElement(mark: OwnerMark): XmlElement {
  return element(`${PREFIX}:mark`, { [`xmlns:${PREFIX}`]: MARK_SPACE }, [ownerMarkText(mark)]);
}

/** What stands in the metadata of a machine. The prefix is whatever somebody made of it. */
export function markOf(domain: XmlElement): OwnerMark | null {
  const found = elementsIn(elementAt(domain, 'metadata')).find((child) =>
    Object.values(child.attributes).includes(MARK_SPACE),
  );
  return found === undefined ? null : parseOwnerMark(textOf(found) ?? '');
}
