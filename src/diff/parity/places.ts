/**
 * Values without what belongs to a place: hosts, ports, paths of this machine, the project's name. Two values that are the same
 * afterwards say the same of two places. Pure.
 */
import { isJsonArray, isJsonObject, type Json, jsonEqual } from '../../model/json.ts';
import { isSecret } from '../../model/secret.ts';
import type { HeldField, HeldSide } from './held-field.ts';
import { isHostName, isIpAddress } from './host-names.ts';

/** No text of people has these. */
const [HOST, PORT, PATH, PROJECT] = ['\u0000host', '\u0000port', '\u0000path', '\u0000project'];

// Each of these takes time in proportion to the text, whatever the text is.
const URL_AUTHORITY =
  /\b([a-z][a-z0-9+.-]{0,30}):\/\/((?:[^\s/?#@,]*@)?)[^\s/?#'"@,]+(?:,(?![a-z][a-z0-9+.-]*:\/\/)[^\s/?#'"@,]+)*/gi;
// Two digits are the tag of an image rather than a port, but for one.
const HOST_AND_PORT = /(?<![\w./\\-])(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\]):(?:80|\d{3,5})(?![\w.-])/gi;
const HOST_ALONE = /(?<![\w@/.:-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?![\w@.-])/gi;
/** How many there are is a matter of the place as well. */
const SEVERAL_HOSTS = new RegExp(`(?<![^\\s,])([^\\s,]*${HOST})(?:,\\s*\\1)+`, 'g');
const ABSOLUTE_PATH = /(?<![\w./-])\/[^\s:,;'"]*/g;
const NAMES_A_HOST = /(?:host|hostname|addr|address|url|uri|endpoint|domain|server|broker|origin|peer|node)s?$/i;
const NAMES_A_PORT = /(?:^|_)ports?$/i;

/** The project may be the first part of a host's name, or stand there by chance where the other one has it, too. */
export function isSameButForPlace(field: HeldField): boolean {
  return (
    isSame(field, (text, side) => placeless(text, side, field.names)) ||
    isSame(field, (text, side) => placeless(withoutProject(text, side), side, field.names))
  );
}

export function isSameButForProject(field: HeldField): boolean {
  return isSame(field, withoutProject);
}

function isSame({ source, target }: HeldField, map: (text: string, side: HeldSide) => string): boolean {
  const [one, other] = [source, target].map((side) => mapTexts(side.value, (text) => map(text, side)));
  return one !== undefined && other !== undefined && jsonEqual(one, other);
}

function placeless(text: string, side: HeldSide, names: readonly string[]): string {
  const [name = '', whole] = [names.at(-1), text.trim()];
  if (NAMES_A_PORT.test(name) && /^\d{1,5}$/.test(whole)) return PORT;
  if ((NAMES_A_HOST.test(name) && side.hosts.has(whole)) || isIpAddress(whole)) return HOST;
  // A process has no files of its own: its absolute paths are the machine's.
  const isProcess = isJsonObject(side.config['process']);
  return isProcess ? withoutHosts(text).replace(ABSOLUTE_PATH, PATH) : withoutHosts(text);
}

function withoutHosts(text: string): string {
  return text
    .replace(URL_AUTHORITY, (_, scheme: string, user: string) => `${schemeOf(scheme)}://${user}${HOST}`)
    .replace(HOST_AND_PORT, HOST)
    .replace(HOST_ALONE, (word) => (isHostName(word) ? HOST : word))
    .replace(SEVERAL_HOSTS, '$1');
}

/** Whether a connection is encrypted is settled in front of many environments. */
function schemeOf(scheme: string): string {
  return scheme.toLowerCase().replace(/^(http|ws)s$/, '$1');
}

/** The project's name, where a name begins with it. */
function withoutProject(text: string, { project }: HeldSide): string {
  if (project === '' || !text.includes(project)) return text;
  const escaped = project.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return text.replace(new RegExp(`(?<![A-Za-z0-9])${escaped}(?=[-_./:]|$)`, 'g'), PROJECT);
}

function mapTexts(value: Json, map: (text: string) => string): Json {
  if (typeof value === 'string') return map(value);
  if (isJsonArray(value)) return value.map((item) => mapTexts(item, map));
  if (!isJsonObject(value) || isSecret(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, map)]));
}
