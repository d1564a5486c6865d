/** The codes of failed system calls. */
import { TrueupError } from '../model/failure.ts';

/** `ENOENT` and the like; `null` for errors of another kind, our own among them. */
export function errnoOf(error: unknown): string | null {
  if (error instanceof TrueupError) return null;
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
