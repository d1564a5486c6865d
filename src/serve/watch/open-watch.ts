/** Opens a watch of the library, which is loaded here: only who watches needs it. What the watch leaves out is decided here. */
import { stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { dirname, sep } from 'node:path';
import type { FSWatcher } from 'chokidar';

export interface WatchedNames {
  /** Absolute. */
  readonly paths: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
}

export type OpenWatch = (
  places: readonly string[],
  names: WatchedNames,
  backend: 'native' | 'polling',
) => Promise<FSWatcher>;

/** How often is looked where nothing tells. */
const POLL_MS = 500;

export async function openWatch(
  places: readonly string[],
  names: WatchedNames,
  backend: 'native' | 'polling',
): Promise<FSWatcher> {
  const { watch } = await import('chokidar');
  const above = foldersAbove([...names.paths, ...names.folders]);
  return watch([...places], {
    backend,
    pollingInterval: POLL_MS,
    pollingBinaryInterval: POLL_MS,
    depth: 0,
    ignoreInitial: true,
    alwaysStat: true,
    // Saves by way of another name are gathered by who listens.
    atomic: false,
    ignored: (path, stats) => !above.has(path) && !isMeant(path, stats, names),
  });
}

/**
 * What to watch so that nothing of the names is missed: themselves and the folders around them, up to `base`, as far as they
 * are there. What lies elsewhere is seen from the nearest folder.
 */
export async function watchedPlaces({ paths, folders }: WatchedNames, base: string): Promise<readonly string[]> {
  const named = [...paths, ...folders];
  const places = new Set<string>(named);
  const known = new Map<string, Promise<boolean>>();
  const isThere = (folder: string): Promise<boolean> => {
    const found = known.get(folder) ?? isFolder(folder);
    known.set(folder, found);
    return found;
  };
  for (const name of named) {
    for (let folder = dirname(name); ; folder = dirname(folder)) {
      const isInside = folder === base || folder.startsWith(`${base}${sep}`);
      if (await isThere(folder)) {
        places.add(folder);
        if (!isInside) break;
      }
      if (folder === base || dirname(folder) === folder) break;
    }
  }
  return [...places];
}

/** Editors' own files are not meant, because their names are not those of manifests. */
function isMeant(path: string, stats: Stats | undefined, { paths, folders }: WatchedNames): boolean {
  if (paths.has(path) || folders.has(path)) return true;
  if (!folders.has(dirname(path))) return false;
  const name = path.slice(path.lastIndexOf(sep) + 1);
  if (name.startsWith('.')) return false;
  return /\.ya?ml$/.test(name) || (stats === undefined ? !name.includes('.') : stats.isDirectory());
}

function foldersAbove(names: readonly string[]): ReadonlySet<string> {
  const above = new Set<string>();
  for (const name of names) {
    for (let folder = dirname(name); !above.has(folder); folder = dirname(folder)) above.add(folder);
  }
  return above;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}
