/** The codes of failed system calls. */

/** `ENOENT` and the like; `null` for errors of another kind, such as our own or those of Node's own checks. */
export function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}
