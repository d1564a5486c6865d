/** Paths in a container, as the manifests and the engine write them. */
import { posix } from 'node:path';

/** Without `.`, `..`, doubled slashes or one at the end. */
export function tidyPath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
