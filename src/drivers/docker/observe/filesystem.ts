/**
 * What changed in a container's own layer. Left out is what the engine puts there by itself: what is mounted, the files
 * and folders that it makes to mount things on, and the folders above, in which nothing else needs to have changed.
 */
import type { FilesystemChange, FilesystemChangeKind } from '../../../model/filesystem.ts';
import type { EngineReader } from '../api/engine-api.ts';
import type { ContainerInspect } from '../api/wire.ts';

/** On these Docker and Podman mount something in every container. */
const ENGINE_PLACES: readonly string[] = [
  '/dev',
  '/proc',
  '/sys',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/mtab',
  '/etc/resolv.conf',
  '/run/.containerenv',
  '/run/podman-init',
  '/run/secrets',
  '/sbin/docker-init',
];

const KINDS: Readonly<Record<number, FilesystemChangeKind>> = { 0: 'changed', 1: 'added', 2: 'deleted' };

/** None of a container that is gone. */
export async function filesystemChanges(
  reader: EngineReader,
  id: string,
  signal: AbortSignal,
): Promise<readonly FilesystemChange[]> {
  const container = await reader.container(id, signal);
  const listed = container === null ? null : await reader.changes(container.Id, signal);
  if (container === null || listed === null) return [];
  const places = [...ENGINE_PLACES, ...mountedOn(container)];
  return listed.flatMap(({ Path: path, Kind: kind }) => {
    const change = KINDS[kind];
    return change === undefined || places.some((place) => isOf(place, path, change)) ? [] : [{ path, change }];
  });
}

function mountedOn({ Mounts: mounts, HostConfig: { Tmpfs: tmpfs } }: ContainerInspect): readonly string[] {
  const places = [...(mounts ?? []).map(({ Destination: place }) => place), ...Object.keys(tmpfs ?? {})];
  return places.map((place) => place.replace(/\/+$/, ''));
}

/** Whether it is the place, lies in it, or is a folder above it. */
function isOf(place: string, path: string, change: FilesystemChangeKind): boolean {
  if (path === place || path.startsWith(`${place}/`)) return true;
  return change !== 'deleted' && place.startsWith(`${path}/`);
}
