/** Manifests as they stand in the working tree. The git folder is never part of it. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { posix, resolve } from 'node:path';
import { TrueupError } from '../model/failure.ts';
import type { FileTree } from '../model/file-tree.ts';
import { compareText } from '../model/json.ts';
import { isOutside, pathSet } from './path-set.ts';

/** `dirtyFiles` and `untrackedFiles` as a {@link import('./repository.ts').Repository} reports them. */
export function workingTree(
  root: string,
  dirtyFiles: ReadonlySet<string>,
  untrackedFiles: ReadonlySet<string> = new Set(),
): FileTree {
  const dirty = pathSet(dirtyFiles);
  const untracked = pathSet(untrackedFiles);
  return {
    list: (folder) => list(root, folder),
    read: (file) => read(resolve(root, file)),
    isCommitted: (file) => !isOutside(file) && !dirty.covers(file),
    isTracked: (file) => !isOutside(file) && !untracked.covers(file),
  };
}

async function list(root: string, folder: string): Promise<readonly string[] | null> {
  try {
    const entries = await readdir(resolve(root, folder), { withFileTypes: true });
    const atRoot = posix.normalize(`${folder}/`) === './' || folder === '';
    const names = await Promise.all(
      entries
        .filter((entry) => !(atRoot && entry.name === '.git'))
        .map(async (entry) => {
          const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(entry)));
          return isFolder ? `${entry.name}/` : entry.name;
        }),
    );
    return names.sort(compareText);
  } catch (error) {
    if (isMissing(error)) return null;
    throw unreadable(resolve(root, folder), error);
  }
}

async function leadsToFolder(entry: { readonly parentPath: string; readonly name: string }): Promise<boolean> {
  const target = await stat(resolve(entry.parentPath, entry.name)).catch(() => null);
  return target?.isDirectory() ?? false;
}

async function read(path: string): Promise<Uint8Array | null> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return null;
    // Reading a FIFO or a device may never end.
    if (!found.isFile()) throw new TrueupError('file_unreadable', `${path} is no regular file`, { fields: { path } });
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error instanceof TrueupError ? error : unreadable(path, error);
  }
}

/** A name that is too long to exist is missing too. */
function isMissing(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false;
  return error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ENAMETOOLONG';
}

function unreadable(path: string, cause: unknown): TrueupError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TrueupError('file_unreadable', `${path} cannot be read: ${reason}`, { cause, fields: { path } });
}
