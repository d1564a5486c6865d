/** Files of trueup's own package: above `dist/` for the bundle, which is flat, and above `src/cli/` for the sources. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The absolute path of a file or folder of the package. */
export function packagePath(...names: readonly string[]): string {
  const above = join(import.meta.dirname, '..');
  const root = existsSync(join(above, 'package.json')) ? above : join(above, '..');
  return join(root, ...names);
}
