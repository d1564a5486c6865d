/**
 * Addons of a cluster: files of Kubernetes manifests, each under its place in the repo and with the digest of what it says, so that
 * an edited file is a difference. In which order they are applied, and where they lie on this machine, is not compared.
 */
import { relative, sep } from 'node:path';
import type { Untracked } from '../../model/desired.ts';
import { childPath, fieldPath } from '../../model/field-path.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { absolutePath, type Scope } from './scope.ts';

interface ResolvedAddon extends JsonObject {
  readonly path: string;
  /** Addons are applied by it, lowest first. */
  readonly position: number;
  /** Filled in once the file has been looked at. */
  content: string | null;
}

/** `untracked` receives the contents that git does not hold, once the files have been looked at. */
export function resolveAddons(
  files: readonly string[],
  path: ManifestPath,
  scope: Scope,
  untracked: Untracked[],
): JsonObject {
  const addons: Record<string, ResolvedAddon> = {};
  for (const [position, file] of files.entries()) {
    const itemPath = [...path, String(position)];
    const absolute = absolutePath(scope, file, itemPath);
    const key = addonKey(absolute, scope.root);
    if (Object.hasOwn(addons, key)) scope.reporter.error('duplicate_key', itemPath, `"${key}" is declared twice`);
    const resolved: ResolvedAddon = { path: absolute, position, content: null };
    addons[key] = resolved;
    scope.hostPaths.ask(absolute, true, (found) => {
      if (!found.exists || !found.isFile) {
        const summary = found.exists ? `"${file}" is a folder` : `"${file}" does not exist`;
        scope.reporter.error('invalid_path', itemPath, summary, 'name a file, relative to the file that names it');
      }
      resolved.content = found.digest;
      if (found.digest === null || found.isCommitted) return;
      const fieldOfContent = childPath(childPath(fieldPath('addons'), key), 'content');
      untracked.push({ field_path: fieldOfContent, kind: found.isTracked ? 'edit' : 'input', declared: null });
    });
  }
  return addons;
}

/** The same in every checkout, and however the path is written. */
export function addonKey(absolute: string, root: string): string {
  const inRepo = relative(root, absolute).split(sep).join('/');
  return inRepo === '' || inRepo === '..' || inRepo.startsWith('../') ? absolute : inRepo;
}
