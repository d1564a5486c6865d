/** The socket of the daemon that serves a repo. Light: asked before anything else is loaded. */
import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { socketPlaces } from '../../serve/api/socket-place.ts';

/** Of the repo at this real path; `undefined` where there is none that only this user can have made. */
export function ownSocket(realRoot: string, environment: NodeJS.ProcessEnv): string | undefined {
  return socketPlaces(realRoot, environment).find(isOurs);
}

/** A socket in a folder that only this user can write to: nobody else can answer in the daemon's place. */
function isOurs(path: string): boolean {
  const socket = lstatSync(path, { throwIfNoEntry: false });
  if (socket?.isSocket() !== true) return false;
  const folder = lstatSync(dirname(path));
  return folder.isDirectory() && folder.uid === process.getuid?.() && (folder.mode & 0o077) === 0;
}
