/** Ends a process at once. One that has ended by itself is as well. */
export function endProcess({ pid }: { readonly pid: number }): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
