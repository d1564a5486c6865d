/** Why git did not put the files of a commit into place: because of the commit, of this machine, or of a damaged clone. */
import { errnoOf } from './errno.ts';
import { TrueupError } from '../model/failure.ts';
import { commitRefused, shownPath } from './commit-refused.ts';

/** The disk, or whose it is: nothing is the better for being made anew. */
const OF_THE_MACHINE =
  /No space left on device|Disk quota exceeded|Read-only file system|Permission denied|Operation not permitted|Too many open files|Cannot allocate memory|unable to create thread/i;

/** `null` where it may be that something is damaged; else what to throw. */
export function placeTrouble(error: unknown, commit: string): Error | null {
  if (!(error instanceof TrueupError)) return error instanceof Error && errnoOf(error) !== null ? error : null;
  if (error.code !== 'git_failed') return error;
  const { stderr, command, ended, exit_code: exitCode } = error.fields;
  const said = typeof stderr === 'string' ? stderr : '';
  if (OF_THE_MACHINE.test(said)) return error;
  if (typeof command !== 'string' || !command.startsWith('git checkout ')) return null;
  const invalid = /^error: invalid path '(.*)'$/m.exec(said)?.[1];
  if (invalid !== undefined) return refused(error, commit, `git does not place the path ${shownPath(invalid)}`);
  if (/File name too long/i.test(said)) return refused(error, commit, 'it has a path that is too long for this system');
  if (ended === 'timed_out') return refused(error, commit, 'putting its files into place takes too long');
  return exitCode === null ? refused(error, commit, 'git crashes when it puts its files into place') : null;
}

/** What is so with a clone and a cache that are both new is no damage. */
export function notPlaced(error: unknown, commit: string): unknown {
  const trouble = placeTrouble(error, commit);
  if (trouble !== null || !(error instanceof TrueupError)) return trouble ?? error;
  return refused(error, commit, `its files cannot be put into place: ${error.message}`);
}

function refused(cause: TrueupError, commit: string, why: string): TrueupError {
  return commitRefused(commit, { reason: 'not_placed', why, cause });
}
