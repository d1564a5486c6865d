/**
 * Values without what belongs to a place: hosts, ports, paths of this machine, the project's name. Two values that are the same
 * afterwards say the same of two places; whether their hosts are the same service as well is asked elsewhere. Pure.
 */
import { isJsonArray, isJsonObject, type Json, jsonEqual } from '../../model/json.ts';
import { isSecret } from '../../model/secret.ts';
import type { HeldField, HeldSide } from './held-field.ts';
import { isHostName, isIpAddress } from './host-names.ts';

/** No text of people has these. */
const [HOST, PORT, PATH, PROJECT] = ['\u0000host', '\u0000port', '\u0000path', '\u0000project'];
/** Behind a host: which one it was. One unit each, for private use: nothing of people stands behind such a host. */
const MARKS = new RegExp(`(${HOST})([\\ue000-\\uf8ff])`, 'g');
const [FIRST_MARK, MOST_MARKS] = [0xe0_00, 0x19_00];
/** Without any of these no text names a host. */
const MAY_NAME_A_HOST = /[.:]|localhost/i;

// Each of these takes time in proportion to the text, whatever the text is.
const URL_AUTHORITY =
  /\b([a-z][a-z0-9+.-]{0,30}):\/\/((?:[^\s/?#@,]*@)?)([^\s/?#'"@,]+(?:,(?![a-z][a-z0-9+.-]*:\/\/)[^\s/?#'"@,]+)*)/gi;
// Two digits are the tag of an image rather than a port, but for one.
const HOST_AND_PORT = /(?<![\w./\\-])(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]):(?:80|\d{3,5})(?![\w.-])/gi;
const HOST_ALONE = /(?<![\w@/.:-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?![\w@.-])/gi;
/** How many there are is a matter of the place as well. */
const SEVERAL_HOSTS = new RegExp(`(?<![^\\s,])([^\\s,]*${HOST})(?:,\\s*\\1)+`, 'g');
/** Behind the host of a URL it is no path of this machine; where the URL names none, it is. */
const ABSOLUTE_PATH = /(?:(?<=:\/\/\/?)|(?<![\w./-]))\/(?!\/)[^\s:,;'"]*/g;
const NAMES_A_HOST = /(?:host|hostname|addr|address|url|uri|endpoint|domain|server|broker|origin|peer|node)s?$/i;
const NAMES_A_PORT = /(?:^|_)ports?$/i;

/** Many conditions ask it of one difference, one after the other. */
const KNOWN = new WeakMap<HeldField, boolean>();
/** A side holds one value under one name. */
const HOSTS = new WeakMap<HeldSide, readonly string[]>();

/** The project may be the first part of a host's name, or stand there by chance where the other one has it, too. */
export function isSameButForPlace(field: HeldField): boolean {
  const known = KNOWN.get(field);
  if (known !== undefined) return known;
  const isOne =
    isSame(field, (text, side) => placeless(text, side, field.names)) ||
    isSame(field, (text, side) => placeless(withoutProject(text, side), side, field.names));
  KNOWN.set(field, isOne);
  return isOne;
}

export function isSameButForProject(field: HeldField): boolean {
  return isSame(field, withoutProject);
}

/** The hosts that a value names, in their order, without their ports. */
export function hostsIn(side: HeldSide, names: readonly string[]): readonly string[] {
  const known = HOSTS.get(side);
  if (known !== undefined) return known;
  const hosts: string[] = [];
  mapTexts(side.value, (text) => {
    hosts.push(...marked(text, side, names).hosts);
    return text;
  });
  HOSTS.set(side, hosts);
  return hosts;
}

function isSame({ source, target }: HeldField, map: (text: string, side: HeldSide) => string): boolean {
  const [one, other] = [source, target].map((side) => mapTexts(side.value, (text) => map(text, side)));
  return one !== undefined && other !== undefined && jsonEqual(one, other);
}

function placeless(text: string, side: HeldSide, names: readonly string[]): string {
  if (isPort(text, names)) return PORT;
  const withoutHosts = marked(text, side, names).text.replace(SEVERAL_HOSTS, '$1');
  // A process has no files of its own: its absolute paths are the machine's.
  return isJsonObject(side.config['process']) ? withoutHosts.replace(ABSOLUTE_PATH, PATH) : withoutHosts;
}

function isPort(text: string, names: readonly string[]): boolean {
  return NAMES_A_PORT.test(names.at(-1) ?? '') && /^\d{1,5}$/.test(text.trim());
}

interface Marked {
  /** With a mark in place of each host, or of several that one URL names. */
  readonly text: string;
  /** In the order in which they stand there. */
  readonly hosts: readonly string[];
}

/** Each host is found by what is around it, one kind after the other: where it stood is kept until all are found. */
function marked(text: string, side: HeldSide, names: readonly string[]): Marked {
  const whole = text.trim();
  if ((NAMES_A_HOST.test(names.at(-1) ?? '') && side.hosts.has(whole.toLowerCase())) || isIpAddress(whole)) {
    return { text: HOST, hosts: [bareHost(whole)] };
  }
  if (!MAY_NAME_A_HOST.test(text)) return { text, hosts: [] };
  const found: (readonly string[])[] = [];
  const mark = (...hosts: readonly string[]): string => {
    if (found.length === MOST_MARKS) return HOST;
    found.push(hosts.map(bareHost));
    return `${HOST}${String.fromCharCode(FIRST_MARK + found.length - 1)}`;
  };
  const numbered = text
    .replace(URL_AUTHORITY, (_, scheme: string, user: string, hosts: string) => {
      return `${schemeOf(scheme)}://${user}${mark(...hosts.split(','))}`;
    })
    .replace(HOST_AND_PORT, (host) => mark(host))
    .replace(HOST_ALONE, (word) => (isHostName(word) ? mark(word) : word));
  const hosts: string[] = [];
  const unmarked = numbered.replace(MARKS, (_, host: string, each: string) => {
    hosts.push(...(found[each.charCodeAt(0) - FIRST_MARK] ?? []));
    return host;
  });
  return { text: unmarked, hosts };
}

/** Without its port and the brackets of an address. */
function bareHost(host: string): string {
  const [, inside] = /^\[(.*)\](?::\d+)?$/.exec(host) ?? [];
  return (inside ?? (isIpAddress(host) ? host : host.replace(/:\d*$/, ''))).toLowerCase();
}

/** Whether a connection is encrypted is settled in front of many environments. */
function schemeOf(scheme: string): string {
  return scheme.toLowerCase().replace(/^(http|ws)s$/, '$1');
}

/** The project's name, where a name begins with it. */
function withoutProject(text: string, { project }: HeldSide): string {
  if (project === '' || !text.includes(project)) return text;
  return text.replace(projectName(project), PROJECT);
}

const PROJECT_NAMES = new Map<string, RegExp>();

function projectName(project: string): RegExp {
  const known = PROJECT_NAMES.get(project);
  if (known !== undefined) return known;
  const escaped = project.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const pattern = new RegExp(`(?<![A-Za-z0-9])${escaped}(?=[-_./:]|$)`, 'g');
  PROJECT_NAMES.set(project, pattern);
  return pattern;
}

function mapTexts(value: Json, map: (text: string) => string): Json {
  if (typeof value === 'string') return map(value);
  if (isJsonArray(value)) return value.map((item) => mapTexts(item, map));
  if (!isJsonObject(value) || isSecret(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, map)]));
}
