/**
 * What an engine tells of changed files, made short: each change is said once, at the path where it was made. Whatever an
 * engine lists, and in whatever order, the same changes give the same list. Pure.
 */
import type { FilesystemChange } from '../model/filesystem.ts';
import { compareText } from '../model/json.ts';

/** Of one service. Who has more of them has unpacked something, and wants to know that rather than each name. */
export const MOST_PATHS = 100;

export interface ListedPaths {
  readonly changes: readonly FilesystemChange[];
  /** How many more there are. */
  readonly omitted: number;
}

export function listedPaths(all: readonly FilesystemChange[]): ListedPaths {
  const changes = tidied(all).toSorted((left, right) => compareText(left.path, right.path));
  return { changes: changes.slice(0, MOST_PATHS), omitted: Math.max(0, changes.length - MOST_PATHS) };
}

/** A folder in which something changed is left out for that, and an added folder stands for all that was added in it. */
function tidied(all: readonly FilesystemChange[]): readonly FilesystemChange[] {
  const parents = new Set(all.flatMap(({ path }) => foldersOf(path)));
  const added = new Set(all.filter(({ change }) => change === 'added').map(({ path }) => path));
  return all.filter(({ path, change }) => {
    switch (change) {
      case 'added':
        return !foldersOf(path).some((folder) => added.has(folder));
      case 'changed':
        return !parents.has(path);
      case 'deleted':
        return true;
      default:
        return change satisfies never;
    }
  });
}

/** `/a` and `/a/b` of `/a/b/c`. */
function foldersOf(path: string): readonly string[] {
  const names = path.split('/').slice(1, -1);
  return names.map((_name, index) => `/${names.slice(0, index + 1).join('/')}`);
}
