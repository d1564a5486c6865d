/** What resolving one environment has at hand. */
import { dirname, resolve } from 'node:path';
import type { Environment as Manifest } from '../../model/generated/environment.ts';
import type { ManifestPath } from '../layers.ts';
import type { Reporter } from '../reporter.ts';
import type { SecretTexts } from '../secret-texts.ts';
import type { HostPaths } from './host-paths.ts';

export interface Scope {
  readonly manifest: Manifest;
  /** Entries of which something was left out because it does not fit the schema. */
  readonly broken: ReadonlySet<string>;
  readonly project: string;
  /** Absolute path of the repo. */
  readonly root: string;
  /** What `~` stands for. */
  readonly home: string | null;
  readonly reporter: Reporter;
  readonly secrets: SecretTexts;
  readonly hostPaths: HostPaths;
}

/** The absolute form of a path on the host that stands at `path`: relative to the file that names it. */
export function absolutePath(scope: Scope, text: string, path: ManifestPath): string {
  if (scope.home !== null && (text === '~' || text.startsWith('~/'))) return resolve(scope.home, text.slice(2));
  return resolve(folderOf(scope, path), text);
}

/** The absolute path of the folder whose file sets the value at `path`. */
export function folderOf(scope: Scope, path: ManifestPath): string {
  return resolve(scope.root, dirname(scope.reporter.layers.fileOf(path)));
}
