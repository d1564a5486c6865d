/** Symbolic links of a commit that lead out of the repo, into the git folder, or in a circle. */
import { type HardenedGit, hardenedGit } from './hardened.ts';
import { revisionTree } from './revision-tree.ts';

export interface OutwardLink {
  readonly path: string;
  readonly why: string;
}

/** Sorted by path. Goes from link to link as the kernel would, and touches no file. */
export async function outwardLinks(root: string, commit: string, signal: AbortSignal): Promise<readonly OutwardLink[]> {
  const git = await hardenedGit({ directory: root }, signal);
  const links = await linksOf(git, commit);
  if (links.length === 0) return [];
  await using tree = revisionTree(root, commit, signal);
  const outward: OutwardLink[] = [];
  for (const path of links) {
    const target = await git('cat-file', 'blob', `${commit}:${path}`);
    // What a commit does not have may still be a folder beside its files.
    const why = /(^|\/)\.git(\/|$)/i.test(target) ? 'it leads into the git folder' : await troubleOf(tree, path);
    if (why !== null) outward.push({ path, why });
  }
  return outward;
}

async function linksOf(git: HardenedGit, commit: string): Promise<readonly string[]> {
  const entries = (await git('ls-tree', '-r', '-z', '--full-tree', commit)).split('\0');
  return entries.flatMap((entry) => (entry.startsWith('120000 ') ? [entry.slice(entry.indexOf('\t') + 1)] : []));
}

async function troubleOf(tree: ReturnType<typeof revisionTree>, path: string): Promise<string | null> {
  try {
    await tree.list(path);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
