/** Mounts: short forms and the long form as one form, each under its key. */
import { posix, relative, sep } from 'node:path';
import type { Untracked } from '../../model/desired.ts';
import type { Mount, Service } from '../../model/generated/environment.ts';
import { childPath, type FieldPath, fieldPath } from '../../model/field-path.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ManifestPath } from '../layers.ts';
import { itemsOf } from '../prune.ts';
import type { HostPath } from './host-paths.ts';
import { failed, type Parsed, parsed } from './parsed.ts';
import { absolutePath, type Scope } from './scope.ts';

/** One mount as declared. */
export interface ParsedMount {
  readonly type: 'volume' | 'bind';
  readonly volume: string | null;
  /** As written. */
  readonly host_path: string | null;
  readonly container_path: string | null;
  readonly mode: 'rw' | 'ro';
  readonly watch_content: string | null;
}

export function isProcess(service: Service): boolean {
  return service.process !== undefined;
}

/**
 * The container path, else the key of the volume, else the host path: relative to the root of the repo where it is in
 * it, so that the key is the same in every checkout and however the path is written.
 */
export function mountKey(mount: ParsedMount, hostPath: string | null, root: string): string {
  if (mount.container_path !== null || mount.volume !== null || hostPath === null) {
    return mount.container_path ?? mount.volume ?? '';
  }
  const inRepo = relative(root, hostPath).split(sep).join('/');
  return inRepo === '' || inRepo === '..' || inRepo.startsWith('../') ? hostPath : inRepo;
}

export function parseMount(item: Mount, ofProcess: boolean): Parsed<ParsedMount> {
  if (typeof item === 'string') return parseShortMount(item, ofProcess);
  const { volume = null, host_path: hostPath = null, container_path: target, mode = 'rw' } = item;
  const type = item.type ?? (hostPath === null ? 'volume' : 'bind');
  if (volume !== null && hostPath !== null) return failed('a mount has either "volume" or "host_path", not both');
  if (type === 'bind' && hostPath === null) return failed('"host_path" is missing in this bind mount');
  if (type === 'volume' && hostPath !== null) return failed('a mount of type "volume" has no "host_path"');
  if (target === undefined && !ofProcess) return failed('"container_path" is missing in this mount');
  if (volume === null && hostPath === null && target === undefined)
    return failed('"volume" or "host_path" is missing in this mount');
  return parsed({
    type,
    volume,
    host_path: hostPath,
    container_path: target === undefined ? null : tidy(target),
    mode,
    watch_content: item.watch_content ?? null,
  });
}

function parseShortMount(text: string, ofProcess: boolean): Parsed<ParsedMount> {
  const [source = '', second, third, ...more] = text.split(':');
  if (source === '' || more.length > 0) return failed(`"${text}" is no mount`);
  const isShortMode = ofProcess && third === undefined && (second === 'ro' || second === 'rw');
  const [target, options] = isShortMode ? [undefined, second] : [second, third];
  const mode = options ?? 'rw';
  if (mode !== 'rw' && mode !== 'ro')
    return failed(`the mount option "${mode}" is not carried out: only "ro" and "rw" are`);
  if (target === undefined && !ofProcess && !source.startsWith('/'))
    return failed(`"${text}" names no path in the container`);
  const container = target === undefined && !ofProcess ? source : (target ?? null);
  const isAnonymous = target === undefined && !ofProcess;
  const isBind = !isAnonymous && isPath(source);
  return parsed({
    type: isBind ? 'bind' : 'volume',
    volume: isBind || isAnonymous ? null : source,
    host_path: isBind ? source : null,
    container_path: container === null ? null : tidy(container),
    mode,
    watch_content: null,
  });
}

/** A mount as the drivers see it. `content` is filled in once the file has been looked at. */
interface ResolvedMount extends JsonObject {
  readonly type: string;
  readonly volume: string | null;
  readonly host_path: string | null;
  readonly container_path: string | null;
  readonly mode: string;
  readonly watch_content: string | null;
  content: string | null;
}

export interface Mounts {
  readonly volumes: Readonly<Record<string, ResolvedMount>>;
  /** The keys of the volumes that are mounted, and where. */
  readonly used: readonly { readonly volume: string; readonly path: ManifestPath }[];
}

/** `untracked` receives the contents that git does not hold, once the files have been looked at. */
export function resolveMounts(service: Service, path: ManifestPath, scope: Scope, untracked: Untracked[]): Mounts {
  const volumes: Record<string, ResolvedMount> = {};
  const used: { volume: string; path: ManifestPath }[] = [];
  for (const [index, item] of itemsOf(service.storage?.volumes)) {
    const itemPath = [...path, 'storage', 'volumes', String(index)];
    const { value: mount, problem } = parseMount(item, isProcess(service));
    if (problem !== null) {
      const detail = 'write such as "data:/path", "./file:/path:ro", or for a process "data" or "./file"';
      scope.reporter.error('invalid_value', itemPath, problem, detail);
      continue;
    }
    const hostPath = partOf(item, itemPath, 'host_path');
    const absolute = mount.host_path === null ? null : absolutePath(scope, mount.host_path, hostPath);
    const key = mountKey(mount, absolute, scope.root);
    checkContainerPath(mount.container_path, partOf(item, itemPath, 'container_path'), scope);
    if (Object.hasOwn(volumes, key)) scope.reporter.error('duplicate_key', itemPath, `"${key}" is mounted twice`);
    const resolved: ResolvedMount = { ...mount, host_path: absolute, content: null };
    volumes[key] = resolved;
    if (mount.volume !== null) used.push({ volume: mount.volume, path: partOf(item, itemPath, 'volume') });
    if (absolute === null) continue;
    const withContent = mount.mode === 'ro' || mount.watch_content !== null;
    scope.hostPaths.ask(absolute, withContent, (found) => {
      checkBind(mount, found, hostPath, partOf(item, itemPath, 'watch_content'), scope);
      resolved.content = found.digest;
      if (found.digest === null || found.isCommitted) return;
      untracked.push({ field_path: contentPath(key), kind: found.isTracked ? 'edit' : 'input', declared: null });
    });
  }
  return { volumes, used };
}

function contentPath(key: string): FieldPath {
  return childPath(childPath(fieldPath('storage', 'volumes'), key), 'content');
}

function checkBind(
  mount: ParsedMount,
  found: HostPath,
  path: ManifestPath,
  watchPath: ManifestPath,
  { reporter }: Scope,
): void {
  if (!found.exists) {
    const detail = 'paths are relative to the file that names them; a bind mount needs something that exists';
    reporter.error('invalid_path', path, `"${mount.host_path ?? ''}" does not exist`, detail);
  } else if (!found.isFile && mount.watch_content !== null) {
    const summary = 'watch_content is not carried out for folders by this version of trueup';
    reporter.error('not_supported', watchPath, summary, 'name a regular file');
  }
}

export function checkContainerPath(path: string | null, at: ManifestPath, { reporter }: Scope): void {
  if (path === null || path.startsWith('/')) return;
  reporter.error('invalid_path', at, `"${path}" is no absolute path`, 'a path in a container begins with "/"');
}

/** A short form is one scalar: its parts have no places of their own. */
export function partOf(item: Mount, itemPath: ManifestPath, name: string): ManifestPath {
  return typeof item === 'object' && Object.hasOwn(item, name) ? [...itemPath, name] : itemPath;
}

function isPath(text: string): boolean {
  return /^(\.{1,2}(\/|$)|\/|~(\/|$))/.test(text);
}

export function tidy(path: string): string {
  if (!path.startsWith('/')) return path;
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
