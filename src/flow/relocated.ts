/**
 * Paths of one checkout as another has them. Desired holds absolute paths, and the same revision is to mean the same
 * whatever folder it was cloned into. What lies outside the repo stays where it is. Pure.
 */
import { posix, relative, sep } from 'node:path';
import type { DesiredEnvironment } from '../model/desired.ts';
import { isJsonObject, type Json, type JsonObject, member } from '../model/json.ts';

/** Paths in the repo begin with it, where it stands for the root of no checkout in particular. */
export const ANY_ROOT = '.';

/** The environment as it is in a checkout at `to`: absolute, or `ANY_ROOT`. */
export function relocated(environment: DesiredEnvironment, from: string, to: string): DesiredEnvironment {
  if (from === to) return environment;
  const resources = [...environment.resources].map(
    ([address, resource]) => [address, { ...resource, config: relocatedConfig(resource.config, from, to) }] as const,
  );
  return { ...environment, resources: new Map(resources) };
}

/** The same of one configuration, declared or observed. */
export function relocatedConfig(config: JsonObject, from: string, to: string): JsonObject {
  return withPaths(config, (path) => movedPath(path, from, to));
}

function movedPath(path: string, from: string, to: string): string {
  const inside = relative(from, path).split(sep).join('/');
  if (inside === '') return to;
  if (inside === '..' || inside.startsWith('../')) return path;
  return to === ANY_ROOT ? `./${inside}` : posix.join(to, inside);
}

/** The other way: a configuration that is of no checkout in particular as it is in one. */
export function configInCheckout(config: JsonObject, root: string): JsonObject {
  return withPaths(config, (path) =>
    path === ANY_ROOT || path.startsWith(`${ANY_ROOT}/`) ? posix.join(root, path) : path,
  );
}

/** The two fields that hold a path of the host: where a process runs, and what is mounted. */
function withPaths(config: JsonObject, move: (path: string) => string): JsonObject {
  const [process, storage] = [member(config, 'process'), member(config, 'storage')];
  const mounts = member(storage, 'volumes');
  const changed: Record<string, Json> = {};
  if (isJsonObject(process)) changed['process'] = withPath(process, 'cwd', move);
  if (isJsonObject(storage) && isJsonObject(mounts)) {
    const moved = Object.entries(mounts).map(
      ([key, mount]) => [key, isJsonObject(mount) ? withPath(mount, 'host_path', move) : mount] as const,
    );
    changed['storage'] = { ...storage, volumes: Object.fromEntries(moved) };
  }
  return { ...config, ...changed };
}

function withPath(group: JsonObject, name: string, move: (path: string) => string): JsonObject {
  const path = member(group, name);
  return typeof path === 'string' ? { ...group, [name]: move(path) } : group;
}
