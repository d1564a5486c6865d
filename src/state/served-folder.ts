/**
 * Where everything lies that is kept of a repo that is served by URL: its clone, what trueup remembers, and whose objects
 * are ours. State and owners stand beside the clone, so that a clone that is made anew changes neither.
 */
import { readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { writeFileAtomic } from '../files/atomic-file.ts';
import { errnoOf } from '../files/errno.ts';
import { makeFolder } from '../files/make-folder.ts';
import { nullable, objectOf, text, textThat } from './shape.ts';
import { parseStored } from './stored-json.ts';
import { unwritable } from './system-error.ts';

export interface ServedFolder {
  readonly path: string;
  /** The clone with files. */
  readonly clone: string;
  readonly state: string;
  /** Stands for the git dir where owner ids are concerned. */
  readonly owners: string;
  /** The bare clone, which may be thrown away. */
  readonly cache: string;
}

/** What was brought in and verified last. */
export interface ServedRevision {
  /** Without credentials. */
  readonly url: string;
  /** In words. */
  readonly ref: string;
  readonly commit: string;
  /** Of an annotated tag, by which the commit was named. */
  readonly tag: { readonly name: string; readonly object: string } | null;
}

const FORMAT_VERSION = '1.0';

const HASH = textThat((value) => /^[0-9a-f]{40,64}$/.test(value), 'an id of git');

const SHAPE = objectOf({ url: text, ref: text, commit: HASH, tag: nullable(objectOf({ name: text, object: HASH })) });

/** The paths alone. `key` is that of the URL. */
export function servedFolder(key: string, variables: NodeJS.ProcessEnv = process.env): ServedFolder {
  const path = join(servedHome(variables), key);
  return {
    path,
    clone: join(path, 'clone'),
    state: join(path, 'state'),
    owners: join(path, 'owner'),
    cache: join(xdg(variables, 'XDG_CACHE_HOME', '.cache'), 'trueup', 'git', key),
  };
}

/** What belongs to a clone that is kept here, for who works in it by hand; `null` for any other repo. */
export async function servedAround(root: string, variables: NodeJS.ProcessEnv): Promise<ServedAround | null> {
  if (basename(root) !== 'clone') return null;
  const home = await realpath(servedHome(variables)).catch(() => null);
  const path = dirname(root);
  if (dirname(path) !== home) return null;
  const isForeign = (await stat(join(path, FOREIGN)).catch(() => null)) !== null;
  return { state: join(path, 'state'), owners: join(path, 'owner'), isForeign };
}

export interface ServedAround {
  readonly state: string;
  readonly owners: string;
  /** Whether the repo is somebody else's, as it was served last. */
  readonly isForeign: boolean;
}

const FOREIGN = 'foreign';

/** Makes the folder, with the URL in it for people to read. */
export async function makeServedFolder(
  { path, clone, owners }: ServedFolder,
  { url, isForeign }: { readonly url: string; readonly isForeign: boolean },
): Promise<void> {
  try {
    await makeFolder(path);
    await writeFile(join(path, 'url'), `${url}\n`, { mode: 0o600 });
    if (isForeign) await writeFile(join(path, FOREIGN), '', { mode: 0o600 });
    else await rm(join(path, FOREIGN), { force: true });
    for (const folder of [clone, owners]) await makeFolder(folder);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** `null` where nothing is known, or nothing that can be read: then the remote says it. */
export async function readServedRevision({ path }: ServedFolder): Promise<ServedRevision | null> {
  const content = await readFile(join(path, 'revision.json'), 'utf8').catch((error: unknown) => {
    if (errnoOf(error) === null) throw error;
    return null;
  });
  if (content === null) return null;
  const stored = parseStored<ServedRevision>(content, FORMAT_VERSION, SHAPE);
  return stored.status === 'read' ? stored.value : null;
}

export async function writeServedRevision({ path }: ServedFolder, revision: ServedRevision): Promise<void> {
  const file = join(path, 'revision.json');
  try {
    await writeFileAtomic(file, `${JSON.stringify({ format_version: FORMAT_VERSION, ...revision })}\n`);
  } catch (error) {
    throw unwritable(file, error);
  }
}

function servedHome(variables: NodeJS.ProcessEnv): string {
  return join(xdg(variables, 'XDG_STATE_HOME', '.local', 'state'), 'trueup', 'served');
}

/** As the XDG rules have it: a relative folder is ignored. */
function xdg(variables: NodeJS.ProcessEnv, name: string, ...fallback: readonly string[]): string {
  const configured = variables[name] ?? '';
  return isAbsolute(configured) ? configured : join(variables['HOME'] || homedir(), ...fallback);
}
