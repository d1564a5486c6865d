/** Where HEAD of a repo stands, and what on the disk changes when it moves. Reads only. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isThere } from '../files/is-there.ts';
import { TrueupError } from '../model/failure.ts';
import { commonFolder } from './common-folder.ts';
import { gitIn } from './git.ts';

export interface Head {
  /** Full hash; `null` where the branch has no commit: none was made yet, or it was deleted. */
  readonly commit: string | null;
  /** `refs/heads/main`; `null` for a detached head. */
  readonly ref: string | null;
  /** A rebase or the like is under way: head goes through commits that nobody means. */
  readonly isUnderWay: boolean;
}

export async function readHead(root: string, gitDir: string, signal: AbortSignal): Promise<Head> {
  const [ref, commit, ...underWay] = await Promise.all([
    symbolicRef(gitDir),
    headCommit(root, signal),
    isThere(join(gitDir, 'rebase-merge')),
    isThere(join(gitDir, 'rebase-apply')),
  ]);
  return { commit, ref, isUnderWay: underWay.includes(true) };
}

/** Folders in which something changes when head moves. A branch whose folder is not there yet is seen in the one above. */
export async function headFolders(gitDir: string, ref: string | null): Promise<readonly string[]> {
  // A linked worktree has its own HEAD and shares the branches.
  const common = await commonFolder(gitDir);
  const folders = new Set([gitDir, common, join(common, 'refs', 'heads'), join(common, 'reftable')]);
  if (ref !== null) {
    for (let folder = dirname(ref); folder.startsWith('refs/heads'); folder = dirname(folder))
      folders.add(join(common, folder));
  }
  const found = await Promise.all([...folders].map(async (folder) => ((await isThere(folder)) ? [folder] : [])));
  return found.flat();
}

/**
 * What the files say that change with head, without asking git: two that are the same mean that it did not move. A branch
 * that stands for another one is the exception.
 */
export async function headTraces(gitDir: string): Promise<string> {
  const [common, head] = await Promise.all([
    commonFolder(gitDir),
    readFile(join(gitDir, 'HEAD'), 'utf8').catch(() => ''),
  ]);
  const files = [
    ...[refIn(head) ?? '', 'packed-refs', 'reftable/tables.list'].map((name) => join(common, name)),
    ...['reftable/tables.list', 'rebase-merge', 'rebase-apply'].map((name) => join(gitDir, name)),
  ];
  return [head, ...(await Promise.all(files.map(traceOf)))].join('\n');
}

/** Whether a change of this name in one of these folders may have moved head. What git writes on its way is not. */
export function movesHead(name: string | null): boolean {
  if (name === null) return true;
  if (name.endsWith('.lock') || name.startsWith('index')) return false;
  return !IRRELEVANT.has(name);
}

const IRRELEVANT: ReadonlySet<string> = new Set([
  'COMMIT_EDITMSG',
  'FETCH_HEAD',
  'ORIG_HEAD',
  'config',
  'description',
  'gc.pid',
  'hooks',
  'info',
  'logs',
  'objects',
]);

async function symbolicRef(gitDir: string): Promise<string | null> {
  const ref = refIn(await readFile(join(gitDir, 'HEAD'), 'utf8').catch(() => ''));
  // Where branches are in a reftable, the file says nothing.
  return ref === 'refs/heads/.invalid' ? null : ref;
}

function refIn(head: string): string | null {
  return /^ref: (.*)\n?$/.exec(head)?.[1] ?? null;
}

async function headCommit(root: string, signal: AbortSignal): Promise<string | null> {
  const git = await gitIn(root, signal);
  try {
    const commit = (await git('rev-parse', '--verify', '--quiet', 'HEAD^{commit}')).trim();
    return /^[0-9a-f]+$/.test(commit) ? commit : null;
  } catch (error) {
    // Quiet where there is no commit; whatever else is wrong has something to say.
    if (error instanceof TrueupError && error.code === 'git_failed' && error.fields['stderr'] === '') return null;
    throw error;
  }
}

/** Of a file that git replaces as a whole. */
async function traceOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  return found === null ? '' : `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
}
