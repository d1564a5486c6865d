/** The snapshots of one machine: what is written of them, and what its disks hold. Only reads. */
import type { VmSnapshots } from '../../vm-faces.ts';
import type { Engine } from '../engine.ts';
import { diskName } from '../names.ts';
import type { MachineSight } from '../observe/look.ts';
import { diskFiles } from '../places.ts';
import { type ImageInfo, imageInfo } from '../qemu-img/image-info.ts';
import { readRecords, type SnapshotRecord } from './record.ts';

/** `null` is the first disk; a further one has its key. */
export type DiskKey = string | null;

export interface DiskImage {
  readonly key: DiskKey;
  readonly path: string;
  /** `null` where it is not there. */
  readonly info: ImageInfo | null;
}

export interface SnapshotSight {
  /** Oldest first; those that were only begun as well. */
  readonly records: readonly SnapshotRecord[];
  readonly ours: VmSnapshots['ours'];
  readonly foreign: VmSnapshots['foreign'];
}

export async function lookAtSnapshots(machine: MachineSight, signal: AbortSignal): Promise<SnapshotSight> {
  const records = await readRecords(machine.files);
  // Another driver of Lima takes none, and its machine need not have what looks into a disk.
  if (records.length === 0 && machine.listed['vmType'] !== 'qemu') return { records, ours: [], foreign: [] };
  const held = (await imageInfo(machine.files.disk, signal))?.snapshots ?? [];
  const known = new Set(records.map(({ id }) => id));
  return {
    records,
    ours: records.flatMap(({ isWhole, snapshot }) => (isWhole ? [snapshot] : [])),
    foreign: [...new Set(held.map(({ name }) => name))].filter((name) => !known.has(name)),
  };
}

/** No other disk is looked at. */
export function imagesOf(
  engine: Engine,
  { name, files }: MachineSight,
  keys: readonly DiskKey[],
  signal: AbortSignal,
): Promise<readonly DiskImage[]> {
  const pathOf = (key: DiskKey): string => (key === null ? files.disk : diskFiles(engine, diskName(name, key)).content);
  const disks = keys.map((key) => ({ key, path: pathOf(key) }));
  return Promise.all(disks.map(async (disk) => ({ ...disk, info: await imageInfo(disk.path, signal) })));
}

/** `null` where the disk does not have it. */
export function tokenOf(info: ImageInfo | null, id: string): string | null {
  return info?.snapshots.find(({ name }) => name === id)?.token ?? null;
}
