/** Which build a bundle is, as its first line says: two of the same build print the same. */
import { closeSync, openSync, readSync } from 'node:fs';

/** So much of a bundle holds its first line. */
const BUILD_BYTES = 40;

/** Empty for what is no bundle: that is nobody's build. */
export function buildOf(entry: string): string {
  try {
    const file = openSync(entry, 'r');
    try {
      const head = Buffer.alloc(BUILD_BYTES);
      readSync(file, head);
      return /^\/\/ build ([0-9a-f]{16})\n/.exec(head.toString('latin1'))?.[1] ?? '';
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
