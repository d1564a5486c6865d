/** Adds folders to the `.gitignore` at the root of a repo. What stands there stays as it is. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SHARED_FILE, writeFileAtomic } from '../../files/atomic-file.ts';

const NAME = '.gitignore';

/** Resolves with the lines that were added. */
export async function ignoreInGit(root: string, folders: readonly string[]): Promise<readonly string[]> {
  const known = new Set((await textOf(root)).split(/\r?\n/).map(folderOf));
  return addToGitIgnore(
    root,
    folders.map((folder) => `${folder}/`).filter((line) => !known.has(folderOf(line))),
  );
}

/** At the end, where they count before anything that stands in the file. Resolves with them. */
export async function addToGitIgnore(root: string, lines: readonly string[]): Promise<readonly string[]> {
  if (lines.length === 0) return [];
  const before = await textOf(root);
  const lineBreak = before === '' || before.endsWith('\n') ? '' : '\n';
  await writeFileAtomic(join(root, NAME), `${before}${lineBreak}${lines.join('\n')}\n`, SHARED_FILE);
  return lines;
}

async function textOf(root: string): Promise<string> {
  return readFile(join(root, NAME), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
}

/** `/reports`, `reports/`, `/reports/*` and `reports` all keep the folder's content out. */
function folderOf(line: string): string {
  return line
    .trim()
    .replace(/^\//, '')
    .replace(/\/\*{0,2}$/, '');
}
