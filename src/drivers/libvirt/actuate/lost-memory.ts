/**
 * Why what a machine remembers on disk never comes back. Whatever else keeps it from being restored may pass, and what it remembers
 * stays.
 */

/** Of the file in which it remembers. */
export function isDamage(problem: string): boolean {
  return /failed to read (qemu header|cookie|domain|xml)|image magic is incorrect|save image is incomplete|load of migration failed: (Input\/output error|Invalid argument)/i.test(
    problem,
  );
}

/** A file that it would go on with is not there any more. */
export function isFileGone(problem: string): boolean {
  return /(Cannot access (storage|backing) file|Could not open) '[^']*'.*: No such file or directory|Storage volume not found/i.test(
    problem,
  );
}
