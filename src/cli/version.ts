/** The version of this trueup, from the package.json beside the bundle or above the sources. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function trueupVersion(): string {
  const candidates = ['../package.json', '../../package.json'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const file = candidates.find((path) => existsSync(path));
  const content: unknown = file === undefined ? null : JSON.parse(readFileSync(file, 'utf8'));
  const isVersioned = typeof content === 'object' && content !== null && 'version' in content;
  return isVersioned ? String(content.version) : 'unknown';
}
