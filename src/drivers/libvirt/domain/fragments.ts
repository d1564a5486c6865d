/**
 * `driver_options.xml`: elements as libvirt reads them, put where they belong, and compared as they are given. Which were
 * declared the mark of the machine says; whether they are there still is looked up in the definition.
 */
import { isJsonArray, type Json, type JsonObject, member } from '../../../model/json.ts';
import { elementAt, elementsIn, type XmlElement } from '../xml/element.ts';
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

/** Those of the declared texts that are still there. */
export function readFragments(domain: XmlElement, declared: readonly string[]): JsonObject {
  const present = declared.filter((text) => isPresent(domain, parseXml(text)));
  return { driver_options: present.length === 0 ? {} : { [OPTION]: present } };
}

function isPresent(domain: XmlElement, fragment: XmlElement): boolean {
  const place = placeOf(fragment);
  const parent = place === 'domain' || place === 'features' ? domain : elementAt(domain, place);
  return elementsIn(parent, fragment.name).some((candidate) => includes(candidate, fragment));
}
