/**
 * `driver_options.xml`: elements as libvirt reads them, put where they belong, and compared as they are given. Which were
 * declared the mark of the machine says; whether they are there still is looked up in the definition.
 */
import { isJsonArray, type Json, type JsonObject, member } from '../../../model/json.ts';
import { element, elementAt, elementsIn, type XmlElement } from '../xml/element.ts';
import { includes } from '../xml/includes.ts';
import { parseXml } from '../xml/parse.ts';

export const OPTION = 'xml';

/** Children of `<os>`. */
const IN_OS: ReadonlySet<string> = new Set([
  'loader',
  'nvram',
  'bootmenu',
  'smbios',
  'bios',
  'firmware',
  'dtb',
  'acpi',
]);

/** Elements that stand beside `<devices>`, and not in it. */
const BESIDE_DEVICES: ReadonlySet<string> = new Set([
  'blkiotune',
  'clock',
  'cpu',
  'cputune',
  'description',
  'idmap',
  'iothreadids',
  'iothreads',
  'keywrap',
  'launchSecurity',
  'maxMemory',
  'memoryBacking',
  'memtune',
  'numatune',
  'on_crash',
  'on_lockfailure',
  'on_poweroff',
  'on_reboot',
  'perf',
  'pm',
  'qemu:capabilities',
  'qemu:commandline',
  'qemu:override',
  'resource',
  'seclabel',
  'sysinfo',
  'title',
  'vcpus',
]);

export type Place = 'os' | 'features' | 'domain' | 'devices';

export function placeOf({ name }: XmlElement): Place {
  if (IN_OS.has(name)) return 'os';
  if (name === 'features') return 'features';
  return BESIDE_DEVICES.has(name) ? 'domain' : 'devices';
}

/** The texts that are declared. */
export function fragmentTexts(options: Json | undefined): readonly string[] {
  const listed = member(options ?? null, OPTION);
  return isJsonArray(listed) ? listed.filter((text) => typeof text === 'string') : [];
}

export function fragmentsOf(config: JsonObject): readonly XmlElement[] {
  return fragmentTexts(config['driver_options']).map(parseXml);
}

/**
 * Those of the declared texts that are there. What runs was `started` with some: of what libvirt has made of these no more is told
 * than that something of the kind is there, for it fills in a port or a processor at the start.
 */
export function presentFragments(
  domain: XmlElement,
  declared: readonly string[],
  started: readonly string[] = [],
): readonly PresentFragment[] {
  return declared.flatMap((text): readonly PresentFragment[] => {
    const whole = parseXml(text);
    if (isPresent(domain, whole)) return [{ text, sought: whole, isWhole: true }];
    const kind = kindOf(whole);
    return started.includes(text) && isPresent(domain, kind) ? [{ text, sought: kind, isWhole: false }] : [];
  });
}

export interface PresentFragment {
  readonly text: string;
  /** By which it is found. */
  readonly sought: XmlElement;
  /** Whether it is there word for word. */
  readonly isWhole: boolean;
}

function kindOf({ name, attributes: { type, model } }: XmlElement): XmlElement {
  return element(name, { type: type ?? null, model: model ?? null });
}

/** A definition without what such elements have put there: the first of each that holds all that the element says. */
export function withoutFragments(domain: XmlElement, fragments: readonly XmlElement[]): XmlElement {
  return fragments.reduce((left, fragment) => {
    const place = placeOf(fragment);
    switch (place) {
      case 'domain':
        return fragment.name === COMMAND_LINE ? withoutArguments(left, fragment) : withoutChild(left, fragment);
      case 'features':
        return elementsIn(fragment).reduce((rest, feature) => within(rest, 'features', feature), left);
      case 'os':
        return within(left, 'os', fragment);
      case 'devices':
        return within(left, 'devices', fragment);
      default:
        return place satisfies never;
    }
  }, domain);
}

export const COMMAND_LINE = 'qemu:commandline';

function within(domain: XmlElement, place: string, fragment: XmlElement): XmlElement {
  return {
    ...domain,
    children: domain.children.map((child) =>
      typeof child !== 'string' && child.name === place ? withoutChild(child, fragment) : child,
    ),
  };
}

function withoutChild(parent: XmlElement, fragment: XmlElement): XmlElement {
  const at = parent.children.findIndex((child) => typeof child !== 'string' && includes(child, fragment));
  return at === -1 ? parent : { ...parent, children: parent.children.toSpliced(at, 1) };
}

/** Arguments stand one after the other, and mean something together. */
function withoutArguments(domain: XmlElement, { children: wanted }: XmlElement): XmlElement {
  return {
    ...domain,
    children: domain.children.map((child) => {
      if (typeof child === 'string' || child.name !== COMMAND_LINE) return child;
      const at = child.children.findIndex((_, index) =>
        wanted.every((argument, offset) => sameElement(child.children[index + offset], argument)),
      );
      return at === -1 ? child : { ...child, children: child.children.toSpliced(at, wanted.length) };
    }),
  };
}

function sameElement(left: XmlElement | string | undefined, right: XmlElement | string): boolean {
  return typeof left === 'object' && typeof right === 'object' && includes(left, right);
}

function isPresent(domain: XmlElement, fragment: XmlElement): boolean {
  const place = placeOf(fragment);
  const parent = place === 'domain' || place === 'features' ? domain : elementAt(domain, place);
  return elementsIn(parent, fragment.name).some((candidate) => includes(candidate, fragment));
}
