/** Notes what a load asks for: files, whether they are there or not, and folders whose names it wants. */
import { compareText } from '../model/json.ts';
import type { FileTree } from '../model/file-tree.ts';

/** Relative to the root of the repo, or absolute; sorted. What happens elsewhere cannot change the result of the load. */
export interface Asked {
  /** Files and folders of which content or existence matters. */
  readonly paths: readonly string[];
  /** Folders in which names matter. */
  readonly folders: readonly string[];
}

export class AskedFiles {
  readonly #paths = new Set<string>();
  readonly #folders = new Set<string>();

  path(path: string): void {
    this.#paths.add(path);
  }

  all(): Asked {
    return { paths: [...this.#paths].sort(compareText), folders: [...this.#folders].sort(compareText) };
  }

  /** The same tree, of which everything is noted. */
  noting(tree: FileTree): FileTree {
    return {
      list: (folder) => {
        this.#folders.add(folder);
        return tree.list(folder);
      },
      read: (file) => {
        this.#paths.add(file);
        return tree.read(file);
      },
      isCommitted: (file) => tree.isCommitted(file),
    };
  }
}
