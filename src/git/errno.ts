/** The code of a failed system call, such as `ENOENT`; `null` for errors of another kind. */
export function errnoOf(error: unknown): string | null {
  const isOfSystem = error instanceof Error && 'syscall' in error && 'code' in error;
  return isOfSystem && typeof error.code === 'string' ? error.code : null;
}
