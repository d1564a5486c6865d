/** Whether a call failed because there is nothing at its path: after any other failure nobody knows what is there. */
import { errnoOf } from './errno.ts';

export function isGone(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}
