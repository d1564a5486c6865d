/** Translates what the operating system says about files into failures that name the path and the errno. */
import { errnoOf } from '../files/errno.ts';
import { TrueupError } from '../model/failure.ts';

const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'Give your user the right to write there.',
  EDQUOT: 'Free some space: the disk quota is used up.',
  EEXIST: 'Move away the file that stands where the folder should be.',
  ENOSPC: 'Free some space on that disk.',
  ENOTDIR: 'Move away the file that stands where the folder should be.',
  EPERM: 'Give your user the right to write there.',
  EROFS: 'The file system is read-only: mount it writable, or work in a copy on another disk.',
};

/** State that cannot be written. */
export function unwritable(path: string, cause: unknown): TrueupError {
  const errno = errnoOf(cause);
  const reason = cause instanceof Error ? cause.message : String(cause);
  const next = errno === null ? undefined : ADVICE[errno];
  return new TrueupError('state_unwritable', `${path} cannot be written: ${reason}`, {
    cause,
    fields: { path, errno },
    ...(next === undefined ? {} : { next }),
  });
}

/** State that is there and cannot be read; `next` says what is lost by deleting it. */
export function unreadable(path: string, reason: string, next: string, cause?: unknown): TrueupError {
  const fields = { path, errno: errnoOf(cause) };
  return new TrueupError('state_unreadable', `${path} cannot be read: ${reason}`, { cause, fields, next });
}
