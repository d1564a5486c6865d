/**
 * Lays what is declared over the definition that is there. What manifests have no word for stays as people, and libvirt itself,
 * have set it: a description, what other tools note, tuning, and above all where devices sit and which board carries them, by
 * which a guest knows them. Raw elements that are not declared any more go, and so does what nobody may have put there. Pure.
 */
import type { JsonObject } from '../../../model/json.ts';
import { MARK_SPACE } from '../marks.ts';
import { attributeOf, elementAt, elementsIn, textAt, type XmlElement } from '../xml/element.ts';
import { writeXml } from '../xml/write.ts';
import { type Amounts, amountsOf, fitting } from './amounts.ts';
import { COMMAND_LINE, fragmentsOf, placeOf, withoutFragments } from './fragments.ts';
import { overlaidDevices } from './overlay-devices.ts';
import { isUserNetwork } from './networks.ts';

export interface Present {
  readonly domain: XmlElement;
  /** The raw elements that were declared when it was told last. */
  readonly fragments: readonly XmlElement[];
}

/** `config` is what `ours` was made of. */
export function overlaid(ours: XmlElement, present: Present, config: JsonObject): XmlElement {
  const domain = withoutFragments(present.domain, notLaidOver(present.fragments, fragmentsOf(config)));
  const amounts = amountsOf(ours, domain);
  const sameBoard = isSameBoard(ours, domain);
  const isHandedOver = new Set(elementsIn(ours).map(({ name }) => name));
  const parts = elementsIn(ours).map((part): XmlElement => {
    const theirs = elementAt(domain, part.name);
    if (theirs === null) return part;
    switch (part.name) {
      case 'metadata':
        return withChildren(part, elementsIn(theirs).filter(isForeignNote));
      case 'vcpu':
        return { ...part, attributes: { ...without(theirs.attributes, 'current'), ...part.attributes } };
      case 'os':
        return sameBoard ? overlaidSystem(part, theirs) : part;
      case 'features':
        return withChildren(part, othersThan(part, theirs));
      case 'devices':
        return overlaidDevices(part, domain, { config, vm: textAt(ours, 'name') ?? '', sameBoard, amounts });
      case COMMAND_LINE:
        return withChildren(part, foreignArguments(theirs));
      default:
        return part;
    }
  });
  const left = elementsIn(domain).filter(
    (child) => !isHandedOver.has(child.name) && !(child.name === 'cpu' && !isSameProcessor(ours, domain)),
  );
  return {
    ...ours,
    attributes: { ...domain.attributes, ...ours.attributes },
    children: [...bootedInOrder(parts), ...left.flatMap((child) => kept(child, amounts))],
  };
}

/** A device that is declared still is laid over what it has become, with the address and the name that its guest knows. */
function notLaidOver(before: readonly XmlElement[], now: readonly XmlElement[]): readonly XmlElement[] {
  const declared = new Set(now.map(writeXml));
  return before.filter((fragment) => placeOf(fragment) !== 'devices' || !declared.has(writeXml(fragment)));
}

/** Where devices have an order among themselves, there can be no other one. */
function bootedInOrder(parts: readonly XmlElement[]): readonly XmlElement[] {
  const devices = elementsIn(parts.find(({ name }) => name === 'devices') ?? null);
  if (devices.every((device) => elementAt(device, 'boot') === null)) return parts;
  return parts.map((part) => (part.name === 'os' ? withoutChildren(part, 'boot') : part));
}

function withoutChildren(part: XmlElement, name: string): XmlElement {
  return { ...part, children: part.children.filter((child) => typeof child === 'string' || child.name !== name) };
}

/** What is kept as far as it fits; of arguments of QEMU those that are not ours. */
function kept(child: XmlElement, amounts: Amounts): readonly XmlElement[] {
  if (child.name !== COMMAND_LINE) return [fitting(child, amounts)].filter((found) => found !== null);
  const foreign = foreignArguments(child);
  return foreign.length === 0 ? [] : [{ ...child, children: foreign }];
}

/** On another board nothing sits where it sat. */
function isSameBoard(ours: XmlElement, theirs: XmlElement): boolean {
  const [wanted, present] = [ours, theirs].map((domain) => elementAt(domain, 'os', 'type'));
  return ['arch', 'machine'].every((name) => attributeOf(wanted ?? null, name) === attributeOf(present ?? null, name));
}

/** libvirt writes down a processor where nobody says, by what accelerates it and by the board: another one needs another. */
function isSameProcessor(ours: XmlElement, theirs: XmlElement): boolean {
  return attributeOf(ours, 'type') === attributeOf(theirs, 'type') && isSameBoard(ours, theirs);
}

/** Of what is booted manifests have a word for all but the order, which devices may have among themselves, and firmware. */
function overlaidSystem(ours: XmlElement, theirs: XmlElement): XmlElement {
  const own = ['type', 'kernel', 'initrd', 'cmdline', 'boot'];
  const others = elementsIn(theirs).filter(({ name }) => !own.includes(name) && elementAt(ours, name) === null);
  const isOrdered = elementAt(ours, 'boot') !== null && elementAt(theirs, 'kernel') === null;
  const system = elementsIn(ours).filter(({ name }) => name !== 'boot' || !isOrdered);
  return {
    ...ours,
    attributes: { ...theirs.attributes, ...ours.attributes },
    children: [...system, ...(isOrdered ? elementsIn(theirs, 'boot') : []), ...others],
  };
}

function isForeignNote({ attributes }: XmlElement): boolean {
  return !Object.values(attributes).includes(MARK_SPACE);
}

/** What stands there under other names than ours. */
function othersThan(ours: XmlElement, theirs: XmlElement): readonly XmlElement[] {
  return elementsIn(theirs).filter(({ name }) => elementAt(ours, name) === null);
}

function foreignArguments(theirs: XmlElement): readonly XmlElement[] {
  const values = elementsIn(theirs);
  const value = (index: number): string | undefined => values[index]?.attributes['value'];
  return values.filter(
    (_, index) => !isUserNetwork(value(index - 1), value(index)) && !isUserNetwork(value(index), value(index + 1)),
  );
}

function withChildren(part: XmlElement, more: readonly XmlElement[]): XmlElement {
  return { ...part, children: [...part.children, ...more] };
}

function without(attributes: XmlElement['attributes'], name: string): XmlElement['attributes'] {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => key !== name));
}
