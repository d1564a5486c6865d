/** What cannot be read is not known: it is neither gone nor anybody's. */
import { errnoOf } from '../../../files/errno.ts';
import { isGone } from '../../../files/is-gone.ts';
import { TrueupError } from '../../../model/failure.ts';

export function unreadable(what: string, path: string, cause: unknown): TrueupError {
  return new TrueupError('engine_unreachable', `${what} cannot be read: ${errnoOf(cause) ?? 'why?'}`, {
    cause,
    fields: { path },
    next: 'let this user read it, or declare another root of the engine',
  });
}

/** Whether it is for a file that is there, as far as anybody knows, and not for one that is gone or spoilt. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof TrueupError && errnoOf(error.cause) !== null && !isGone(error.cause);
}
