/**
 * Where the registry keeps what. The registry is the process engine: everything it knows of a service or a volume lies
 * in one folder that carries its physical name, so that even a half-made object is recognisable by name.
 */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { EngineDeclaration } from '../../model/desired.ts';
import { TrueupError } from '../../model/failure.ts';
import { memberAt } from '../../model/json.ts';

/** What an entry stands for: the registry keeps services apart from volumes. */
export type EntryKind = 'service' | 'volume';

/** The folder of the engine: `settings.root` where declared, else in the XDG state folder. */
export function rootOf(declaration: EngineDeclaration, environment: NodeJS.ProcessEnv = process.env): string {
  const declared = memberAt(declaration.settings, 'root');
  if (typeof declared === 'string' && declared !== '') return resolve(declared.replace(/^~(?=\/|$)/, homedir()));
  const { XDG_STATE_HOME: configured = '' } = environment;
  // As the XDG rules have it, a relative path is ignored.
  return join(isAbsolute(configured) ? configured : join(homedir(), '.local', 'state'), 'trueup', 'process');
}

/** All objects of one kind. */
export function kindFolder(root: string, kind: EntryKind): string {
  return join(root, kind === 'service' ? 'services' : 'volumes');
}

/** The folder of one object. Throws for a name that could lead out of the registry. */
export function objectFolder(root: string, kind: EntryKind, name: string): string {
  if (!isSafeName(name)) throw new TrueupError('step_failed', `"${name}" cannot be the name of a ${kind} here`);
  return join(kindFolder(root, kind), name);
}

/** The folder of a volume that holds its data. */
export const DATA = 'data';

/** The data of a volume: this folder is what services are handed. */
export function dataFolder(root: string, volume: string): string {
  return join(objectFolder(root, 'volume', volume), DATA);
}

/** Where removed things go in one rename, before their bytes are freed. */
export function trashFolder(root: string): string {
  return join(root, 'trash');
}

/** Whether a name can be a folder of the registry on every file system. */
export function isSafeName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,239}$/.test(name);
}

/** Whether a manifest may give a physical name: some room is left for what trueup adds to it, as it sets something aside. */
export function isGivenName(name: string): boolean {
  return isSafeName(name) && name.length <= 200;
}

/** Where the folders of new things are filled, before they get their names in one rename. */
export function stagingFolder(root: string): string {
  return join(root, 'staging');
}

/** An environment variable by which processes are known. */
export interface Marker {
  readonly name: string;
  readonly value: string;
}

/**
 * The environment variable that marks every process of a service, whatever process group or session it moves to. It
 * depends on nothing but the root and the name, so that processes are found even when their records are lost.
 */
export function markerOf(root: string, name: string): Marker {
  const digest = createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 12);
  return { name: 'TRUEUP_INSTANCE', value: `${name}:${digest}` };
}

/** Files of one service folder, by what they say. */
export const FILES = {
  /** Configured values, ownership and time of creation: the commit point of `create` and `update`. */
  entry: 'entry.json',
  /** Ownership once more, so that an entry that became unreadable still says whose it is. */
  ownership: 'ownership.json',
  /** The restart policy in the one form that a shell can read. */
  policy: 'policy',
  /** What the shim last recorded. */
  state: 'state',
  /** Its presence tells the shim to start nothing any more. */
  stop: 'stop',
  log: 'log',
  rotatedLog: 'log.1',
} as const;

/** A launch that no shim has claimed yet is a folder of this prefix and the launch's id. */
export const LAUNCH_PREFIX = 'launch.';
