/** Whether git is in the middle of a rebase or of applying patches: what is checked out then is on its way somewhere else. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDERS: readonly string[] = ['rebase-merge', 'rebase-apply'];

/** `gitDir` is the one of the worktree. */
export async function isRewriting(gitDir: string): Promise<boolean> {
  const found = await Promise.all(FOLDERS.map((name) => stat(join(gitDir, name)).catch(() => null)));
  return found.some((folder) => folder !== null);
}
