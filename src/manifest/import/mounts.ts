/** What a service mounts, in the short forms where a path does not stand against that. */
import { compareText, type Json, type JsonObject, member } from '../../model/json.ts';
import { parseSize } from '../../model/quantity.ts';
import { parseMount } from '../resolve/mounts.ts';
import type { Draft } from './draft.ts';
import type { ImportInput } from './imported.ts';
import { objectAt, said, textAt } from './values.ts';

export interface MountNames extends Pick<ImportInput, 'exists' | 'named'> {
  /** The key of a volume by its physical name. */
  volumeKey(name: string): string;
}

export function importedMounts(configured: JsonObject, names: MountNames, draft: Draft): readonly Json[] {
  // Engines keep them in no order.
  const mounts = Object.entries(objectAt(configured, 'storage', 'volumes')).toSorted(([left], [right]) =>
    compareText(left, right),
  );
  return mounts.flatMap(([path, mount]): Json[] => {
    const [type, mode] = [textAt(mount, 'type'), textAt(mount, 'mode') ?? 'rw'];
    const [volume, hostPath] = [textAt(mount, 'volume'), textAt(mount, 'host_path')];
    const field = ['storage', 'volumes', path];
    if (type === 'volume' && volume !== null) {
      return [mountValue({ volume: names.volumeKey(volume), container_path: path, mode })];
    }
    if (type !== 'bind' || hostPath === null) {
      draft.leaveOut(field, `no manifest mounts something of type ${type ?? 'unknown'}`);
      return [];
    }
    if (!names.exists(hostPath)) {
      draft.leaveOut(field, `${hostPath} is not on this machine`);
      return [];
    }
    return [mountValue({ host_path: names.named(hostPath), container_path: path, mode })];
  });
}

interface Mounted {
  readonly volume?: string;
  readonly host_path?: string;
  readonly container_path: string;
  readonly mode: string;
}

/** The short form where it means the same. */
function mountValue(mount: Mounted): Json {
  const { volume, host_path: hostPath, container_path: path, mode } = mount;
  const short = `${volume ?? hostPath ?? ''}:${path}${mode === 'ro' ? ':ro' : ''}`;
  const { value } = parseMount(short, false);
  const isSame =
    value !== null &&
    value.volume === (volume ?? null) &&
    value.host_path === (hostPath ?? null) &&
    value.container_path === path &&
    value.mode === mode;
  return isSame ? short : said({ ...mount, mode: mode === 'rw' ? null : mode });
}

export function importedTmpfs(configured: JsonObject, draft: Draft): readonly Json[] {
  return Object.entries(objectAt(configured, 'storage', 'tmpfs')).map(([path, settings]): Json => {
    const [size, mode] = [sizeOf(settings, path, draft), modeOf(settings, path, draft)];
    const options = [...(size === null ? [] : [`size=${size}`]), ...(mode === null ? [] : [`mode=${mode}`])];
    if (/[:,]/.test(path)) return said({ container_path: path, size, mode });
    return options.length === 0 ? path : `${path}:${options.join(',')}`;
  });
}

function sizeOf(settings: Json, path: string, draft: Draft): string | null {
  const size = textAt(settings, 'size');
  if (size === null || (parseSize(size) ?? 0) > 0) return size;
  draft.leaveOut(['storage', 'tmpfs', path, 'size'], 'it is no size that a manifest can say');
  return null;
}

function modeOf(settings: Json, path: string, draft: Draft): string | null {
  const mode = textAt(settings, 'mode');
  if (mode === null || /^[0-7]{3,4}$/.test(mode)) return mode;
  draft.leaveOut(['storage', 'tmpfs', path, 'mode'], 'it is no mode that a manifest can say');
  return null;
}

/** Paths of the host that a container mounts. */
export function mountedHostPaths(configured: JsonObject): readonly string[] {
  return Object.values(objectAt(configured, 'storage', 'volumes')).flatMap((mount) => {
    const path = member(mount, 'host_path');
    return typeof path === 'string' ? [path] : [];
  });
}
