/** Notes what a load asks for, files, whether they are there or not, and folders whose names it wants, and what it found. */
import { createHash } from 'node:crypto';
import { compareText } from '../model/json.ts';
import type { FileTree } from '../model/file-tree.ts';

/** What of a path a load went by: what is in the file, which manifests and folders lie in the folder, or which file or folder it is. */
export type Aspect = 'content' | 'names' | 'place';

/** What was found, by aspect: a text that differs once that does. */
export type Found = Readonly<Partial<Record<Aspect, string>>>;

/** Relative to the root of the repo, or absolute; sorted. What happens elsewhere cannot change the result of the load. */
export interface Asked {
  /** Files and folders of which content or existence matters. */
  readonly paths: readonly string[];
  /** Folders in which names matter. */
  readonly folders: readonly string[];
  /** By path; what is missing here was looked at by somebody else, who knows what was found. */
  readonly found: ReadonlyMap<string, Found>;
}

export class AskedFiles {
  readonly #paths = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #found = new Map<string, Found>();

  path(path: string, found: Found = {}): void {
    this.#paths.add(path);
    this.#note(path, found);
  }

  all(): Asked {
    return {
      paths: [...this.#paths].sort(compareText),
      folders: [...this.#folders].sort(compareText),
      found: new Map(this.#found),
    };
  }

  /** The same tree, of which everything is noted. */
  noting(tree: FileTree): FileTree {
    return {
      list: async (folder) => {
        this.#folders.add(folder);
        const names = await tree.list(folder);
        this.#note(folder, { names: namesFound(names) });
        return names;
      },
      read: async (file) => {
        this.#paths.add(file);
        const bytes = await tree.read(file);
        this.#note(file, { content: contentFound(bytes) });
        return bytes;
      },
      isCommitted: (file) => tree.isCommitted(file),
      ...(tree.isTracked === undefined ? {} : { isTracked: tree.isTracked.bind(tree) }),
    };
  }

  #note(path: string, found: Found): void {
    if (Object.keys(found).length > 0) this.#found.set(path, { ...this.#found.get(path), ...found });
  }
}

export function contentFound(bytes: Uint8Array | null): string {
  return bytes === null ? 'none' : `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Of what else lies in a folder nobody makes anything. */
export function namesFound(names: readonly string[] | null): string {
  return JSON.stringify(names?.filter((name) => /\.ya?ml$|\/$/.test(name)).toSorted(compareText) ?? null);
}
