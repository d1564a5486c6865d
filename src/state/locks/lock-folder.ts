/**
 * Where the sockets of locks lie: in a folder that only this user can enter, and that every process of this user finds
 * whatever its environment. Hence `/run/user/<uid>` also without XDG_RUNTIME_DIR, and `/tmp` rather than TMPDIR.
 */
import { lstatSync, type Stats } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { TrueupError } from '../../model/failure.ts';
import { PRIVATE_FOLDER } from '../../files/make-folder.ts';
import { errnoOf } from '../../files/errno.ts';
import { unwritable } from '../system-error.ts';

/** A socket path has room for 103 bytes on macOS, and a file name of ours takes up to 44. */
const LONGEST_FOLDER = 103 - 44;

/** The folder, made when absent. */
export async function lockFolder(variables: NodeJS.ProcessEnv = process.env): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  for (const { runtime, folder } of runtimePlaces(variables, uid)) {
    if (belongsTo(runtime, uid) && (await makePrivate(folder, uid)) === null) return folder;
  }
  const folder = lastPlace(uid);
  const problem = await makePrivate(folder, uid);
  if (problem === null) return folder;
  throw problem;
}

/** Where the folder may lie, the first choice first. For whoever only looks: nothing is made, and none need be there. */
export function lockFolderPlaces(variables: NodeJS.ProcessEnv = process.env): readonly string[] {
  const uid = process.getuid?.() ?? 0;
  return [...new Set([...runtimePlaces(variables, uid).map(({ folder }) => folder), lastPlace(uid)])];
}

function runtimePlaces(
  variables: NodeJS.ProcessEnv,
  uid: number,
): readonly { readonly runtime: string; readonly folder: string }[] {
  return [variables['XDG_RUNTIME_DIR'] ?? '', `/run/user/${uid}`]
    .map((runtime) => ({ runtime, folder: join(runtime, 'trueup') }))
    .filter(({ runtime, folder }) => isAbsolute(runtime) && Buffer.byteLength(folder) <= LONGEST_FOLDER);
}

function lastPlace(uid: number): string {
  return `/tmp/trueup-${uid}`;
}

function belongsTo(folder: string, uid: number): boolean {
  try {
    const found = lookedAt(folder);
    return found !== undefined && found.isDirectory() && found.uid === uid;
  } catch {
    return false;
  }
}

/** Asked at once, not through the pool of threads: the answer takes microseconds. */
function lookedAt(folder: string): Stats | undefined {
  return lstatSync(folder, { throwIfNoEntry: false });
}

/** Makes the folder and sees that it is ours alone; what stands in the way is the result. */
async function makePrivate(folder: string, uid: number): Promise<TrueupError | null> {
  try {
    const found = lookedAt(folder) ?? (await made(folder));
    if (!found.isDirectory() || found.uid !== uid) {
      return new TrueupError(
        'state_unwritable',
        `${folder} is not a folder of this user, so no lock can be taken there`,
        {
          fields: { path: folder, errno: null },
          next: 'Remove it, or set XDG_RUNTIME_DIR to a folder of your own.',
        },
      );
    }
    if ((found.mode & 0o077) !== 0) await chmod(folder, PRIVATE_FOLDER);
    return null;
  } catch (error) {
    return unwritable(folder, error);
  }
}

/** Somebody else may have made it meanwhile. */
async function made(folder: string): Promise<Stats> {
  await mkdir(folder, { mode: PRIVATE_FOLDER }).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error;
  });
  return lstatSync(folder);
}
