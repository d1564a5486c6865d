/**
 * Devices that are declared, laid over those that are there: a device that is the same sits where it sat, and keeps what people
 * have set on it. Of the others those go that a manifest can declare, or that let somebody in; the rest is left alone. Pure.
 */
import type { JsonObject } from '../../../model/json.ts';
import { isSeed } from '../names.ts';
import { membersOf } from '../refuse.ts';
import { attributeOf, elementAt, elementsIn, type XmlElement } from '../xml/element.ts';
import { includes } from '../xml/includes.ts';
import type { Amounts } from './amounts.ts';
import { diskPlace, freeTargets } from './disks.ts';
import { cardsOf } from './networks.ts';
import { OTHER_KINDS } from './others.ts';

export interface Laying {
  readonly config: JsonObject;
  readonly vm: string;
  /** Whether the board is what it was: else nothing sits where it sat. */
  readonly sameBoard: boolean;
  readonly amounts: Amounts;
}

/** What of each device is ours to say; what else stands in it is kept. */
const OURS: Readonly<Record<string, readonly string[]>> = {
  disk: ['source', 'serial', 'readonly'],
  interface: ['source'],
  filesystem: ['source', 'target', 'readonly'],
  serial: ['log', 'source', 'protocol'],
  channel: ['target', 'source'],
  rng: ['backend'],
  tpm: ['backend'],
};

/** Of which libvirt takes one: another one of somebody else's gives way. */
const SINGLE: ReadonlySet<string> = new Set(['iommu', 'memballoon', 'tpm', 'vsock', 'watchdog']);

export function overlaidDevices(ours: XmlElement, domain: XmlElement, laying: Laying): XmlElement {
  const there = elementAt(domain, 'devices');
  const cards = new Map(cardsOf(domain).map(({ name, card }) => [card, name] as const));
  const left = new Set(elementsIn(there));
  const wanted = elementsIn(ours);
  const laid = wanted.map((one) => {
    const found = [...left].find((device) => isSame(one, device, laying.vm, cards));
    if (found === undefined) return { device: one, isNew: true };
    left.delete(found);
    return { device: laidOver(one, found, laying.sameBoard), isNew: false };
  });
  const stays = [...left].filter((device) => isLeft(device, laying) && !givesWay(device, wanted));
  const kept = withoutScreens(stays, [...left], laid);
  const placed = freeTargets(laid, [...kept, ...laid.flatMap(({ device, isNew }) => (isNew ? [] : [device]))]);
  return { ...ours, children: [...placed, ...kept.map((device) => (laying.sameBoard ? device : unplaced(device)))] };
}

function isSame(wanted: XmlElement, device: XmlElement, vm: string, cards: ReadonlyMap<XmlElement, string>): boolean {
  if (wanted.name !== device.name) return false;
  switch (wanted.name) {
    case 'disk':
      return diskKey(wanted, vm) === diskKey(device, vm);
    case 'interface':
      return attributeOf(elementAt(wanted, 'source'), 'network') === cards.get(device) || includes(device, wanted);
    case 'filesystem':
      return attributeOf(elementAt(wanted, 'target'), 'dir') === attributeOf(elementAt(device, 'target'), 'dir');
    case 'channel':
      return attributeOf(elementAt(wanted, 'target'), 'name') === attributeOf(elementAt(device, 'target'), 'name');
    case 'serial':
      return true;
    case 'controller':
      return isSameController(wanted, device) || includes(device, wanted);
    case 'rng':
      return attributeOf(wanted, 'model') === attributeOf(device, 'model');
    default:
      return SINGLE.has(wanted.name) || includes(device, wanted);
  }
}

/** One that says which one it is; of USB several models share a number. */
function isSameController(wanted: XmlElement, device: XmlElement): boolean {
  const isNamed = attributeOf(wanted, 'index') !== null;
  const same = (name: string): boolean => attributeOf(wanted, name) === attributeOf(device, name);
  return isNamed && same('type') && same('index') && (attributeOf(wanted, 'type') !== 'usb' || same('model'));
}

/** Cards that libvirt adds where nobody declares one, and of which the first one is the main one. */
const ADDED: ReadonlySet<string> = new Set(['audio', 'video']);

/** What nobody declares where something of the like is: libvirt takes no second one in its place. */
function givesWay(device: XmlElement, wanted: readonly XmlElement[]): boolean {
  const same = wanted.filter(({ name }) => name === device.name);
  if (ADDED.has(device.name)) return same.length > 0;
  if (device.name !== 'controller') return false;
  const keyOf = (one: XmlElement): string => ['type', 'index'].map((name) => attributeOf(one, name)).join(' ');
  return same.some((one) => keyOf(one) === keyOf(device));
}

/** Whatever cloud-init reads sits where it sat; else a disk is what it holds. */
function diskKey(disk: XmlElement, vm: string): string {
  const { volume, pool, file, dev, name } = elementAt(disk, 'source')?.attributes ?? {};
  if (isSeed(volume, vm)) return 'seed';
  return [pool ?? '', volume ?? file ?? dev ?? name ?? ''].join(' ');
}

function laidOver(ours: XmlElement, theirs: XmlElement, sameBoard: boolean): XmlElement {
  // A card of another kind, that somebody has asked to be left as it is.
  if (ours.name === 'interface' && attributeOf(theirs, 'type') !== attributeOf(ours, 'type')) return theirs;
  // One of another model has another place; where none is said, libvirt has chosen.
  const model = attributeOf(ours, 'model');
  const isReplaced = SINGLE.has(ours.name) || (ours.name === 'controller' && model !== null);
  if (isReplaced && attributeOf(theirs, 'model') !== model) return ours;
  const own = OURS[ours.name] ?? [];
  const parts = elementsIn(ours).map((part) => {
    const same = elementsIn(theirs, part.name);
    const found = own.includes(part.name) ? undefined : (same.find((one) => includes(one, part)) ?? same[0]);
    // A disk keeps its place as well as its cache, and a card its address.
    return found === undefined ? part : { ...found, attributes: { ...part.attributes, ...keptOf(part, found) } };
  });
  const names = new Set([...own, ...elementsIn(ours).map(({ name }) => name)]);
  const rest = elementsIn(theirs).filter(({ name }) => !names.has(name));
  const text = ours.children.filter((child) => typeof child === 'string');
  const whole = {
    ...ours,
    attributes: { ...theirs.attributes, ...ours.attributes },
    children: [...text, ...parts, ...rest],
  };
  return sameBoard ? whole : unplaced(whole);
}

/** Of a part that both have: what only they say, and where a disk is found. */
function keptOf(ours: XmlElement, theirs: XmlElement): XmlElement['attributes'] {
  return ours.name === 'target' ? theirs.attributes : { ...theirs.attributes, ...ours.attributes };
}

/** Of kinds that a manifest declares, what is none of the declared ones stays where it was left to whoever put it there. */
function isLeft(device: XmlElement, { config, vm, sameBoard, amounts }: Laying): boolean {
  switch (device.name) {
    case 'disk':
      return Object.hasOwn(membersOf(config['additional_disks']), diskPlace(device, vm) ?? '');
    case 'interface':
    case 'filesystem':
      return false;
    // Modules are counted in, and need room above what there is.
    case 'memory':
      return amounts.sameCpus && amounts.sameMemory;
    case 'console':
      // libvirt makes one of the first serial port by itself.
      return attributeOf(elementAt(device, 'target'), 'type') !== 'serial';
    case 'controller':
    case 'input':
    case 'watchdog':
      // Those of a board come with it.
      return sameBoard;
    default:
      return !OTHER_KINDS.includes(device.name);
  }
}

/** What came with a screen goes with the last one, and what speaks SPICE with the last one that does. */
function withoutScreens(
  stays: readonly XmlElement[],
  before: readonly XmlElement[],
  laid: readonly { readonly device: XmlElement }[],
): readonly XmlElement[] {
  const isScreen = ({ name }: XmlElement): boolean => name === 'graphics';
  const isOfSpice = (device: XmlElement): boolean => attributeOf(device, 'type')?.startsWith('spice') === true;
  const screens = laid.map(({ device }) => device).filter(isScreen);
  const isGone = screens.length === 0 && before.some(isScreen);
  return stays.filter((device) => {
    if (isGone && ['video', 'audio', 'sound'].includes(device.name)) return false;
    return screens.some(isOfSpice) || !(['audio', 'channel'].includes(device.name) && isOfSpice(device));
  });
}

function unplaced(device: XmlElement): XmlElement {
  return {
    ...device,
    children: device.children.filter((child) => typeof child === 'string' || child.name !== 'address'),
  };
}
