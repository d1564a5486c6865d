/**
 * Whether certainly nothing is there. It asks at once and not through the pool of threads, on purpose: that takes
 * microseconds where a call that fails takes a hundred, and passes over many environments mostly ask for what is not there.
 */
import { statSync } from 'node:fs';

/** False also where nobody can tell: whoever reads it then is told why. */
export function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
