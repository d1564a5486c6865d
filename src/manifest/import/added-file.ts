/** A file tree with one file more, or with another text in it: what it would mean is asked before it is written. */
import { posix } from 'node:path';
import type { FileTree } from '../../model/file-tree.ts';

/** `path` is relative to the root. */
export function withFile(tree: FileTree, path: string, text: string): FileTree {
  return {
    async list(folder) {
      const inner = posix.relative(folder, path);
      const found = await tree.list(folder);
      if (inner === '' || inner === '..' || inner.startsWith('../')) return found;
      const [first = '', ...rest] = inner.split('/');
      const entry = rest.length === 0 ? first : `${first}/`;
      return [...new Set([...(found ?? []), entry])].toSorted();
    },
    read: (file) => (file === path ? Promise.resolve(new TextEncoder().encode(text)) : tree.read(file)),
    isCommitted: (file) => file !== path && tree.isCommitted(file),
  };
}
