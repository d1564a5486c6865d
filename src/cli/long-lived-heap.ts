/** The heap of a command that lives for weeks and mostly waits: what it needs, and not what the machine could spare. */
import { setFlagsFromString } from 'node:v8';

/**
 * On a machine with much memory the heap otherwise grows by over 100 MiB within minutes, and shrinks late: the part where
 * objects are young stays as small as it begins, of which a daemon needs 4 MiB, and the other is looked through once it has
 * grown by a fifth.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
}
