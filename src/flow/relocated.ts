/**
 * Paths of one checkout as another has them. Desired holds absolute paths, and the same revision is to mean the same
 * whatever folder it was cloned into. What lies outside the repo stays where it is. Pure.
 */
import { posix, relative, sep } from 'node:path';
import type { DesiredEnvironment, DesiredResource } from '../model/desired.ts';
import { isJsonObject, type Json, type JsonObject, member } from '../model/json.ts';

/** Paths in the repo begin with it, where it stands for the root of no checkout in particular. */
export const ANY_ROOT = '.';

/** The environment as it is in a checkout at `to`: absolute, or `ANY_ROOT`. */
export function relocated(environment: DesiredEnvironment, from: string, to: string): DesiredEnvironment {
  if (from === to) return environment;
  const move = (path: string): string => movedPath(path, from, to);
  const resources = [...environment.resources].map(
    ([address, resource]) => [address, withPaths(resource, move)] as const,
  );
  return { ...environment, resources: new Map(resources) };
}

function movedPath(path: string, from: string, to: string): string {
  const inside = relative(from, path).split(sep).join('/');
  if (inside === '') return to;
  if (inside === '..' || inside.startsWith('../')) return path;
  return to === ANY_ROOT ? `./${inside}` : posix.join(to, inside);
}

/** The two fields that hold a path of the host: where a process runs, and what is mounted. */
function withPaths(resource: DesiredResource, move: (path: string) => string): DesiredResource {
  const { config } = resource;
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
  return { ...resource, config: { ...config, ...changed } };
}

function withPath(group: JsonObject, name: string, move: (path: string) => string): JsonObject {
  const path = member(group, name);
  return typeof path === 'string' ? { ...group, [name]: move(path) } : group;
}
