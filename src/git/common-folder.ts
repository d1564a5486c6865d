/** The git folder that all worktrees of a repo share: by it two folders are known to be of one repo. Reads files alone. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** Of a git folder that is known; a linked worktree has one of its own beside it. */
export async function commonFolder(gitDir: string): Promise<string> {
  const text = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => null);
  return text === null ? gitDir : resolve(gitDir, text.trim());
}

/** Of the repo that a folder is, or lies in, symbolic links resolved; `null` where there is none. */
export async function commonFolderAround(folder: string): Promise<string | null> {
  let at = await realpath(folder).catch(() => null);
  while (at !== null) {
    const gitDir = (await isGitFolder(at)) ? at : await gitFolderIn(at);
    if (gitDir !== null) return realpath(await commonFolder(gitDir)).catch(() => null);
    at = dirname(at) === at ? null : dirname(at);
  }
  return null;
}

/** The folder `.git`, or the one that a file of this name points at. */
async function gitFolderIn(root: string): Promise<string | null> {
  const path = join(root, '.git');
  if (await isGitFolder(path)) return path;
  const text = await readFile(path, 'utf8').catch(() => '');
  const found = /^gitdir: (.+?)\n?$/.exec(text)?.[1];
  return found === undefined ? null : resolve(root, found);
}

async function isGitFolder(path: string): Promise<boolean> {
  const parts = ['HEAD', 'objects'].map((name) => stat(join(path, name)));
  return (await Promise.allSettled(parts)).every(({ status }) => status === 'fulfilled');
}
