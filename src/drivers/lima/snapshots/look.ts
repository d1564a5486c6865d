/** The snapshots of one machine: what is written of them, and what its disks hold. Only reads. */
import { createHash } from 'node:crypto';
import { canonicalJson, member, scalarText } from '../../../model/json.ts';
import type { VmSnapshots } from '../../vm-faces.ts';
import type { Engine } from '../engine.ts';
import { diskName } from '../names.ts';
import type { MachineSight } from '../observe/look.ts';
import { diskFiles } from '../places.ts';
import { type ImageInfo, imageInfo } from '../qemu-img/image-info.ts';
import { listOf } from '../template/write.ts';
import { readRecords, type SnapshotRecord } from './record.ts';

/** `null` is the first disk; a further one has its key. */
export interface DiskImage {
  readonly key: string | null;
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
  const held = (await imageInfo(machine.files.disk, signal))?.snapshots ?? [];
  const known = new Set(records.map(({ id }) => id));
  return {
    records,
    ours: records.flatMap(({ isWhole, snapshot }) => (isWhole ? [snapshot] : [])),
    foreign: [...new Set(held.map(({ name }) => name))].filter((name) => !known.has(name)),
  };
}

/** The further disks that it has now, by what Lima calls them. */
export function diskNames({ template }: MachineSight): readonly string[] {
  return listOf(template?.['additionalDisks']).map((disk) => scalarText(member(disk, 'name')));
}

/** Its first disk, and the further ones of these keys. */
export function imagesOf(
  engine: Engine,
  { name, files }: MachineSight,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<readonly DiskImage[]> {
  const further = keys.map((key) => ({ key, path: diskFiles(engine, diskName(name, key)).content }));
  const all = [{ key: null, path: files.disk }, ...further];
  return Promise.all(all.map(async (disk) => ({ ...disk, info: await imageInfo(disk.path, signal) })));
}

/** Over the definition, and over what each disk says of it: another one now means that somebody was at it. */
export function checksumOf(
  { id, template, kept }: Pick<SnapshotRecord, 'id' | 'template' | 'kept'>,
  images: readonly DiskImage[],
): string {
  const disks = images.map(({ key, info }) => ({ key, token: tokenOf(info, id) }));
  return `sha256:${createHash('sha256').update(canonicalJson({ id, template, kept, disks })).digest('hex')}`;
}

/** `null` where the disk does not have it. */
export function tokenOf(info: ImageInfo | null, id: string): string | null {
  return info?.snapshots.find(({ name }) => name === id)?.token ?? null;
}
