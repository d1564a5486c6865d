/** What cannot be read is not known: it is neither gone nor anybody's. */
import { errnoOf } from '../../../files/errno.ts';
import { TrueupError } from '../../../model/failure.ts';

export function unreadable(what: string, path: string, cause: unknown): TrueupError {
  return new TrueupError('engine_unreachable', `${what} cannot be read: ${errnoOf(cause) ?? 'why?'}`, {
    cause,
    fields: { path },
    next: 'let this user read it, or declare another root of the engine',
  });
}
