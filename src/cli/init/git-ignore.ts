/** Adds folders to the `.gitignore` at the root of a repo. What stands there stays as it is. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SHARED_FILE, writeFileAtomic } from '../../files/atomic-file.ts';

/** Resolves with the lines that were added. */
export async function ignoreInGit(root: string, folders: readonly string[]): Promise<readonly string[]> {
  const path = join(root, '.gitignore');
  const before = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const known = new Set(before.split(/\r?\n/).map(folderOf));
  const missing = folders.map((folder) => `${folder}/`).filter((line) => !known.has(folderOf(line)));
  if (missing.length === 0) return [];
  const lineBreak = before === '' || before.endsWith('\n') ? '' : '\n';
  await writeFileAtomic(path, `${before}${lineBreak}${missing.join('\n')}\n`, SHARED_FILE);
  return missing;
}

/** `/reports`, `reports/`, `/reports/*` and `reports` all keep the folder's content out. */
function folderOf(line: string): string {
  return line
    .trim()
    .replace(/^\//, '')
    .replace(/\/\*{0,2}$/, '');
}
