/**
 * Who changed a file of a repo last, as a whole: its newest commit, unless it was edited since. Files that git does not know
 * are an answer, too, and so is that git cannot say; only an abort is thrown. Nothing is written, and no other repo is
 * entered: what runs may have written one beside its files, with programs in its configuration.
 */
import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Blame } from '../model/explanation.ts';
import { commitDate } from './commit-date.ts';
import { gitIn } from './git.ts';

const FORMAT = '--format=%H%x00%an%x00%aI%x00%s';

/** Git itself asks submodules how they are, each with its own configuration, unless it is told not to. */
const STATUS_OPTIONS: readonly string[] = [
  '--porcelain',
  '-z',
  '--untracked-files=all',
  '--ignored=matching',
  '--ignore-submodules=all',
];

/** `root`: of the work tree, and `path`: both absolute. */
export async function lastChange(root: string, path: string, signal: AbortSignal): Promise<Blame> {
  try {
    // A link leads to what is read.
    const [top, real] = await Promise.all([realpath(root), realpath(path)]);
    const inside = relative(top, real);
    if (inside === '..' || inside.startsWith(`..${sep}`)) return { kind: 'not_tracked' };
    if (await isOfOther(top, real)) return { kind: 'unknown', reason: 'it lies in another repository' };
    const git = await gitIn(top, signal);
    const file = `:(literal)${inside}`;
    const [status, log] = await Promise.all([
      git('status', ...STATUS_OPTIONS, '--', file),
      git('log', '-1', FORMAT, '--no-show-signature', '--', file).catch(() => ''),
    ]);
    if (/^(\?\?|!!)/.test(status)) return { kind: 'not_tracked' };
    const [commit = '', author = '', date = '', summary = ''] = log.replace(/\n$/, '').split('\0');
    if (status !== '') return { kind: 'not_committed' };
    if (commit === '') return { kind: 'not_tracked' };
    return { kind: 'commit', commit, author, date: commitDate(date), summary, at_or_before: false };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether a repo of its own stands between the root and the file, a submodule among them. */
async function isOfOther(top: string, real: string): Promise<boolean> {
  for (let folder = dirname(real); folder.length > top.length; folder = dirname(folder)) {
    if ((await lstat(join(folder, '.git')).catch(() => null)) !== null) return true;
  }
  return false;
}
