/**
 * Where the socket of a daemon lies: under a name that follows from the root of the repo alone, so that whoever stands in
 * the repo finds it. Light, because every command that could use a daemon asks here first.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { lockFolderPlaces } from '../../state/locks/lock-folder.ts';

/** The name that the sockets of one root have in common, from its real path. Short enough for a socket's path. */
export function socketStem(realRoot: string): string {
  return `serve-${createHash('sha256').update(realRoot).digest('hex').slice(0, 16)}`;
}

export function socketName(realRoot: string): string {
  return `${socketStem(realRoot)}.sock`;
}

/** Every path at which a daemon of this root may listen, the likeliest first. */
export function socketPlaces(realRoot: string, variables: NodeJS.ProcessEnv = process.env): readonly string[] {
  const name = socketName(realRoot);
  return lockFolderPlaces(variables).map((folder) => join(folder, name));
}
