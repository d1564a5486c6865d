/**
 * Paths as git status lists them: files, and folders that stand for everything in them (with a trailing slash, or
 * without one for submodules). Answers whether a path is touched without looking through the list each time.
 */
import { posix } from 'node:path';

export interface PathSet {
  /** Whether the path itself, or a folder around it, is listed. */
  covers(path: string): boolean;
  /** Whether something inside the folder is listed. The root of the repo is the empty path. */
  reachesInto(folder: string): boolean;
}

export function pathSet(paths: Iterable<string>): PathSet {
  const listed = new Set<string>();
  const parents = new Set<string>();
  for (const path of paths) {
    const plain = withoutSlash(path);
    listed.add(plain);
    for (const parent of parentsOf(plain)) {
      if (parents.has(parent)) break;
      parents.add(parent);
    }
  }
  return {
    covers(path) {
      const plain = normalised(path);
      return listed.has(plain) || parentsOf(plain).some((parent) => listed.has(parent));
    },
    reachesInto(folder) {
      return parents.has(normalised(folder));
    },
  };
}

/** Whether a path relative to the root leads out of the repo, or into the git folder. */
export function isOutside(path: string): boolean {
  const plain = posix.normalize(path);
  return (
    posix.isAbsolute(plain) ||
    plain === '..' ||
    plain.startsWith('../') ||
    plain === '.git' ||
    plain.startsWith('.git/')
  );
}

/** From the nearest folder up to the root, which is the empty path. */
function parentsOf(path: string): readonly string[] {
  const parents: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) parents.push(path.slice(0, end));
  if (path !== '') parents.push('');
  return parents;
}

function normalised(path: string): string {
  const plain = withoutSlash(posix.normalize(path));
  return plain === '.' ? '' : plain;
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
