/** Every file below a folder with its size and time of change: what a command that only looks may not touch. */
import { lstat, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Git's own folder is left out: `git status` may refresh its index. */
export async function treeOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).filter((path) => !path.includes('/.git/'));
  const lines = paths.map(async (path) => {
    const { size, mtimeMs } = await lstat(path);
    return `${relative(folder, path)} ${size} ${mtimeMs}`;
  });
  return (await Promise.all(lines)).sort();
}
