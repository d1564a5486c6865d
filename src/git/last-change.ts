/**
 * Who changed a file last, as a whole: its newest commit, unless it was edited since. Files that git does not know are an
 * answer, too, and so is that git cannot say; only an abort is thrown. Nothing is written.
 */
import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Blame } from '../model/explanation.ts';
import { TrueupError } from '../model/failure.ts';
import { gitIn } from './git.ts';

const FORMAT = '--format=%H%x00%an%x00%aI%x00%s';

/** `path` is absolute. */
export async function lastChange(path: string, signal: AbortSignal): Promise<Blame> {
  try {
    // A link leads to what is read; a submodule is a repo of its own.
    const real = await realpath(path);
    const git = await gitIn(dirname(real), signal);
    const file = `:(literal)${basename(real)}`;
    const [status, log] = await Promise.all([
      git('status', '--porcelain', '-z', '--untracked-files=all', '--ignored=matching', '--', file),
      git('log', '-1', FORMAT, '--no-show-signature', '--', file).catch(() => ''),
    ]);
    if (/^(\?\?|!!)/.test(status)) return { kind: 'not_tracked' };
    const [commit = '', author = '', date = '', summary = ''] = log.replace(/\n$/, '').split('\0');
    if (status !== '') return { kind: 'not_committed' };
    if (commit === '') return { kind: 'not_tracked' };
    return { kind: 'commit', commit, author, date: momentOf(date), summary, at_or_before: false };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrueupError && error.code === 'not_a_git_repository') return { kind: 'not_tracked' };
    return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Whoever makes a commit may write any date. */
function momentOf(date: string): string {
  const moment = new Date(date);
  return (Number.isNaN(moment.getTime()) ? new Date(0) : moment).toISOString();
}
