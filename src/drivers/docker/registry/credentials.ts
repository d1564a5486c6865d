/**
 * Who to be towards a registry: the login that `docker login` or `podman login` left on this machine. Nothing secret is
 * ever part of a message: problems are told in our own words, and never in those of a file or a program. A login that
 * cannot be read does not keep anybody from an image that needs none, so it is told as a problem beside the answer.
 */
import { readFile } from 'node:fs/promises';
import { errnoOf } from '../../../files/errno.ts';
import { isJsonObject, type JsonObject, member, parseJson } from '../../../model/json.ts';
import { askHelper } from './credential-helper.ts';
import { DOCKER_HUB, type NamedImage } from './image-reference.ts';
import { loginFiles } from './login-files.ts';
import type { Credentials, Login, LoginOptions } from './login.ts';

/** What Docker Hub is called where logins are kept. */
const HUB_SERVER = 'https://index.docker.io/v1/';

/** The first login that is found: in the order of the files, and in a file by helper before what is written down. */
export async function loginFor(image: NamedImage, options: LoginOptions): Promise<Login> {
  const server = image.registry === DOCKER_HUB ? HUB_SERVER : image.registry;
  const problems: string[] = [];
  for (const source of loginFiles(options.environment)) {
    const { settings, problem } = await readSettings(source);
    if (problem !== null) problems.push(problem);
    const found = settings === null ? null : await findLogin(settings, image, server, options, problems);
    if (found !== null) return loginOf(found, server);
  }
  return { header: null, secrets: [], problem: problems[0] ?? null };
}

interface Settings {
  readonly settings: JsonObject | null;
  readonly problem: string | null;
}

async function readSettings(source: { readonly name: string; readonly text?: string }): Promise<Settings> {
  try {
    const settings = parseJson(source.text ?? (await readFile(source.name, 'utf8')));
    if (isJsonObject(settings)) return { settings, problem: null };
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { settings: null, problem: null };
    if (code !== null) return { settings: null, problem: `${source.name} cannot be read (${code})` };
  }
  return { settings: null, problem: `${source.name} is not the JSON that it should be` };
}

async function findLogin(
  settings: JsonObject,
  image: NamedImage,
  server: string,
  options: LoginOptions,
  problems: string[],
): Promise<Credentials | null> {
  const helper = keyFor(member(settings, 'credHelpers'), image) ?? member(settings, 'credsStore');
  if (typeof helper === 'string' && helper !== '') {
    const answer = await askHelper(helper, server, options);
    if (answer.problem !== null) problems.push(answer.problem);
    if (answer.credentials !== null) return answer.credentials;
  }
  const written = keyFor(member(settings, 'auths'), image);
  return isJsonObject(written) ? writtenCredentials(written) : null;
}

/** The entry for an image: the one with the longest key that covers it. */
function keyFor(entries: unknown, { registry, repository }: NamedImage): unknown {
  if (!isJsonObject(entries)) return null;
  const covers = (place: string): boolean => `${registry}/${repository}/`.startsWith(`${place}/`);
  const found = Object.entries(entries)
    .map(([key, value]) => ({ place: placeOf(key), value }))
    .filter(({ place }) => covers(place))
    .sort((left, right) => right.place.length - left.place.length);
  return found[0]?.value ?? null;
}

/**
 * What a key is for. Docker writes a host, or a URL of which only the host counts; Podman writes a host or the beginning
 * of a path on it.
 */
function placeOf(key: string): string {
  const [, scheme, rest = ''] = /^(https?:\/\/)?(.*?)\/*$/.exec(key) ?? [];
  const place = scheme === undefined && !/^[^/]+\/v[12]$/.test(rest) ? rest : (rest.split('/')[0] ?? '');
  return place.replace(/^(index|registry-1)\.docker\.io(?=\/|$)/, DOCKER_HUB);
}

/** An entry without a login is a mark that the login is elsewhere. */
function writtenCredentials(entry: JsonObject): Credentials | null {
  const text = (key: string): string => {
    const value = member(entry, key);
    return typeof value === 'string' ? value : '';
  };
  if (text('identitytoken') !== '') return { identitytoken: text('identitytoken') };
  if (text('registrytoken') !== '') return { registrytoken: text('registrytoken') };
  const decoded = Buffer.from(text('auth'), 'base64').toString();
  const colon = decoded.indexOf(':');
  const username = colon > 0 ? decoded.slice(0, colon) : text('username');
  const password = colon > 0 ? decoded.slice(colon + 1).replace(/\0+$/, '') : text('password');
  return username === '' ? null : { username, password };
}

function loginOf(credentials: Credentials, server: string): Login {
  const text = Buffer.from(JSON.stringify({ ...credentials, serveraddress: server })).toString('base64url');
  // An engine pulls without a login, and does not say so, where the filling at the end is missing.
  const header = text.padEnd(Math.ceil(text.length / 4) * 4, '=');
  const { username: _, ...hidden } = { username: '', ...credentials };
  return { header, secrets: [header, ...Object.values(hidden)].filter((secret) => secret !== ''), problem: null };
}
