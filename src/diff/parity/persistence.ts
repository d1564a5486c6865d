/** What outlives a service: data on one side that is lost with the service on the other. The target is the reference. Pure. */
import { type Json, member, memberAt } from '../../model/json.ts';
import type { HeldField, HeldSide } from './held-field.ts';

/** Whether what is written at a path is kept by the target and by the source not. */
export function isPersistenceLost({ names, source, target }: HeldField): boolean {
  const path = mountedPath(names);
  return path !== null && isKept(target, path) && !isKept(source, path);
}

/**
 * Whether one side, of a development machine, mounts files of its repo where the other has none: there the image brings them
 * along.
 */
export function isForFilesOfImage(mounted: HeldSide, other: HeldSide, names: readonly string[]): boolean {
  const path = mountedPath(names);
  if (path === null || names.length !== 3 || mounted.type !== 'local' || other.value !== null) return false;
  const hostPath = member(mounted.value, 'host_path');
  const isInRepo = typeof hostPath === 'string' && !hostPath.startsWith('/') && !hostPath.startsWith('~');
  return isInRepo && memberAt(other.config, 'container', 'image') !== null && !isKept(other, path);
}

/**
 * Whether one side mounts a volume without a name where the other mounts nothing: it begins with the files of the image, and goes
 * with the service.
 */
export function isVolumeOfImage(mounted: HeldSide, other: HeldSide, names: readonly string[]): boolean {
  const path = mountedPath(names);
  if (path === null || names.length !== 3 || other.value !== null || isMounted(other, path)) return false;
  return member(mounted.value, 'type') === 'volume' && !isNamed(member(mounted.value, 'volume'));
}

function isMounted({ config }: HeldSide, path: string): boolean {
  return ['volumes', 'tmpfs'].some((kind) => memberAt(config, 'storage', kind, path) !== null);
}

function mountedPath([first, second, path]: readonly string[]): string | null {
  return first === 'storage' && (second === 'volumes' || second === 'tmpfs') ? (path ?? null) : null;
}

function isKept({ config }: HeldSide, path: string): boolean {
  const mount = memberAt(config, 'storage', 'volumes', path);
  if (mount === null || member(mount, 'mode') === 'ro') return false;
  return member(mount, 'type') === 'bind' || isNamed(member(mount, 'volume'));
}

/** A volume without a name goes with its service. */
function isNamed(volume: Json): boolean {
  return volume !== null;
}
