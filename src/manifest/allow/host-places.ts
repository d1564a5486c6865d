/**
 * Host places: every path of a manifest that means something on the host. Each is written relative and stays in the
 * clone, symbolic links followed; this is found out before anything else looks at it.
 */
import { dirname, resolve } from 'node:path';
import type { Json } from '../../model/json.ts';
import type { Layers, ManifestPath } from '../layers.ts';
import { shownValue } from '../schema-wording.ts';
import { outside } from './inside.ts';
import { instancesOf } from './instances.ts';
import type { Violation } from './violation.ts';

/** Fields that the schema marks `x-path: host`; a test holds the two together. */
export const HOST_PATHS: readonly string[] = ['services.*.storage.volumes.*.host_path', 'services.*.process.cwd'];

export async function checkHostPlaces(root: Json, layers: Layers, repo: string): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  for (const field of HOST_PATHS) {
    for (const { value, path } of instancesOf(root, field)) {
      const problem = await problemOf(value, resolve(repo, dirname(layers.fileOf(path))), repo);
      if (problem === null) continue;
      const summary = `the path ${shownValue(value)} ${problem}`;
      violations.push({
        path: placeOf(path, layers),
        part: 'value',
        summary,
        detail: 'name something in the repo, relative to this file',
      });
    }
  }
  return violations;
}

/** Absolute paths, `~` and what Windows takes for either mean another place on every machine. */
async function problemOf(value: Json, folder: string, repo: string): Promise<string | null> {
  if (typeof value !== 'string') return 'is no text';
  if (/^[/~\\]|^[A-Za-z]:|\\|\0/.test(value)) return 'is not relative to the file that names it';
  const path = resolve(folder, value);
  return path === repo ? 'is the whole repo' : outside(repo, path);
}

/** The field itself, or the short form that it is part of. */
function placeOf(path: ManifestPath, layers: Layers): ManifestPath {
  return layers.declares(path) ? path : path.slice(0, -1);
}
