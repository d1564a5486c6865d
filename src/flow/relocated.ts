/**
 * Paths of one checkout as another has them. Desired holds absolute paths, and the same revision is to mean the same
 * whatever folder it was cloned into. What lies outside the repo stays where it is. Pure.
 */
import { isAbsolute, posix, relative, sep } from 'node:path';
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
  // A URL is the same from everywhere.
  if (!isAbsolute(path)) return path;
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

/** The fields that hold a path of the host, by their names; `*` is any key. */
export const HOST_PATHS: readonly (readonly string[])[] = [
  ['process', 'cwd'],
  ['storage', 'volumes', '*', 'host_path'],
  ['kernel'],
  ['initrd'],
  ['image', 'location'],
  ['mounts', '*', 'host_path'],
  ['ready', 'ssh', 'key'],
  ['addons', '*', 'path'],
  ['kubeconfig', 'path'],
];

function withPaths(config: JsonObject, move: (path: string) => string): JsonObject {
  return HOST_PATHS.reduce((moved, names) => withPath(moved, names, move), config);
}

function withPath(
  group: JsonObject,
  [name = '', ...rest]: readonly string[],
  move: (path: string) => string,
): JsonObject {
  const keys = name === '*' ? Object.keys(group) : Object.hasOwn(group, name) ? [name] : [];
  if (keys.length === 0) return group;
  const changed = keys.map((key) => [key, movedValue(member(group, key), rest, move)] as const);
  return { ...group, ...Object.fromEntries(changed) };
}

function movedValue(value: Json, rest: readonly string[], move: (path: string) => string): Json {
  if (rest.length === 0) return typeof value === 'string' ? move(value) : value;
  return isJsonObject(value) ? withPath(value, rest, move) : value;
}
