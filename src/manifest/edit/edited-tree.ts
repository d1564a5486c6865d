/** A file tree in which some files say something else: what an edit would mean is asked before anything is written. */
import type { FileTree } from '../../model/file-tree.ts';

/** `texts` by path, relative to the root. */
export function editedTree(tree: FileTree, texts: ReadonlyMap<string, string>): FileTree {
  return {
    list: (folder) => tree.list(folder),
    read(file) {
      const text = texts.get(file);
      return text === undefined ? tree.read(file) : Promise.resolve(new TextEncoder().encode(text));
    },
    isCommitted: (file) => !texts.has(file) && tree.isCommitted(file),
  };
}
