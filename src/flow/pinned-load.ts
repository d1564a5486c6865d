/**
 * Load of a commit for commands that show and carry out nothing: what the commit holds is all that counts, mounted files
 * included, whatever the working tree looks like, and without one. What git does not track there is read as it lies, and
 * named as not pinned.
 */
import type { FolderCache } from '../manifest/folder-cache.ts';
import type { Folder } from '../manifest/folder.ts';
import type { LoadResult } from '../manifest/load.ts';
import type { DesiredEnvironment } from '../model/desired.ts';
import type { FileTree } from '../model/file-tree.ts';
import { compareText } from '../model/json.ts';
import { inRepo, mountedPaths, openCommit, unpinnedInputs } from './at-revision.ts';
import { loadDesired, type LoadOptions } from './load.ts';
import type { Workspace } from './workspace.ts';

export interface PinnedLoad {
  /** Full hash. */
  readonly commit: string;
  /** All environments of the commit, with every diagnostic. */
  readonly result: LoadResult;
  /** Texts of the files that were read, for who shows lines of them. */
  readonly texts: ReadonlyMap<string, string>;
  /** What the commit does not decide of an environment, each in a few words, sorted. */
  unpinned(environment: DesiredEnvironment): readonly string[];
}

/** `cache`: of manifests that were the same at another revision; absent where nothing is kept. */
export async function loadPinned(
  workspace: Workspace,
  commit: string,
  options: Omit<LoadOptions, 'at' | 'parse'>,
  signal: AbortSignal,
  cache: FolderCache<Folder> | null = null,
): Promise<PinnedLoad> {
  await using opened = openCommit(workspace, commit, signal, cache);
  const { tree, folders, texts } = opened;
  const untracked = new Set<string>();
  const mounted = withUntracked(tree, workspace.tree, untracked);
  const at = { commit, tree, folders, mounted, mountedAlone: true };
  const result = await loadDesired(workspace, { ...options, at }, signal);
  const { root } = workspace.repository;
  const isPinned = (path: string): boolean => path !== inRepo(root, path) && !untracked.has(inRepo(root, path));
  return {
    commit,
    result,
    texts,
    unpinned: ({ resources }) => {
      const mounts = [...resources.values()].flatMap(({ address, type, config }) =>
        (type === 'service' ? mountedPaths(config) : [])
          .filter((path) => !isPinned(path))
          .map((path) => `${inRepo(root, path)}: mounted by ${address}`),
      );
      return [...new Set([...unpinnedInputs(result, root), ...mounts])].sort(compareText);
    },
  };
}

/** Of what the commit does not have, what nobody tracks now either: its path goes into `found`. */
function withUntracked(tree: FileTree, workingTree: FileTree, found: Set<string>): FileTree {
  async function look<T>(path: string, ask: (from: FileTree) => Promise<T | null>): Promise<T | null> {
    const held = await ask(tree);
    if (held !== null || workingTree.isCommitted(path)) return held;
    const lying = await ask(workingTree);
    if (lying !== null) found.add(path);
    return lying;
  }
  return {
    list: (folder) => look(folder, (from) => from.list(folder)),
    read: (file) => look(file, (from) => from.read(file)),
    isCommitted: (path) => !found.has(path) && tree.isCommitted(path),
  };
}
