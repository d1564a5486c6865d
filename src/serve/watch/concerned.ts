/** Whom saved files concern: who asked for one of them, or looked into a folder where one came or went. Pure. */
import { posix } from 'node:path';
import { SETTINGS_FILE } from '../../manifest/settings.ts';

/** An environment, by what its last load asked for. All paths are relative to the root of the repo, or absolute outside of it. */
export interface Reader {
  /** The folder of all environments. */
  readonly environments: string;
  readonly folder: string;
  /** The files that it was made of. */
  readonly read: readonly string[];
  readonly paths: readonly string[];
  readonly folders: readonly string[];
}

export function isConcerned(files: readonly string[], reader: Reader): boolean {
  const { environments, folder, read } = reader;
  if (files.includes(SETTINGS_FILE)) return true;
  const own = new Set([folder, ...read.map((file) => posix.dirname(file))]);
  // To know what is declared beside it, a load may look into all environments.
  function isOwn(path: string): boolean {
    if (!path.startsWith(`${environments}/`)) return true;
    return own.has(path) || own.has(posix.dirname(path)) || path.startsWith(`${folder}/`);
  }
  const paths = new Set([...read, ...reader.paths.filter(isOwn)]);
  const folders = new Set([folder, ...reader.folders.filter((one) => own.has(one))]);
  return files.some((file) => {
    if (paths.has(file) || folders.has(file)) return true;
    return /\.ya?ml$/.test(file) && folders.has(posix.dirname(file));
  });
}
