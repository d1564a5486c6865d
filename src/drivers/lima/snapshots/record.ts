/**
 * What is known of a snapshot: a file in the folder of the machine, whose disks hold it. With the definition that the machine had
 * then, for its user alone, as Lima's own template is.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../../files/errno.ts';
import { PRIVATE_FILE, writeFileAtomic } from '../../../files/atomic-file.ts';
import { makeFolder } from '../../../files/make-folder.ts';
import { canonicalJson, isJsonArray, isJsonObject, type JsonObject, member, parseJson } from '../../../model/json.ts';
import type { VmSnapshot } from '../../../model/vm-snapshot.ts';
import { readSnapshot } from '../../kept-snapshot.ts';
import { textOf } from '../marks.ts';
import type { MachineFiles } from '../places.ts';

const SCHEMA = 1;

export interface SnapshotRecord {
  /** As the disks call it. */
  readonly id: string;
  readonly snapshot: VmSnapshot;
  /** `false` for what was begun, and not finished. */
  readonly isWhole: boolean;
  /** The keys of the further disks that are in it; the first disk always is. */
  readonly disks: readonly string[];
  /** The definition that the machine had: its template, and what Lima cannot tell of it. */
  readonly template: string;
  readonly kept: JsonObject;
}

/** Oldest first. */
export async function readRecords(files: MachineFiles): Promise<readonly SnapshotRecord[]> {
  const names = (await filesIn(files.snapshots)).filter((name) => name.endsWith(ENDING));
  const texts = await Promise.all(names.map((name) => textOf(join(files.snapshots, name))));
  return texts
    .flatMap((text) => parseRecord(text ?? '') ?? [])
    .toSorted((left, right) => (left.snapshot.created_at < right.snapshot.created_at ? -1 : 1));
}

const ENDING = '.json';

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

export async function writeRecord(files: MachineFiles, record: SnapshotRecord): Promise<void> {
  await makeFolder(files.snapshots);
  await writeFileAtomic(fileOf(files, record.id), recordText(record), PRIVATE_FILE);
}

export async function dropRecord(files: MachineFiles, id: string): Promise<void> {
  await rm(fileOf(files, id), { force: true });
}

function fileOf({ snapshots }: MachineFiles, id: string): string {
  return join(snapshots, `${id}${ENDING}`);
}

export function recordText({ id, snapshot, isWhole, disks, template, kept }: SnapshotRecord): string {
  return canonicalJson({ schema: SCHEMA, id, snapshot: { ...snapshot }, whole: isWhole, disks, template, kept });
}

/** `null` for what is no record. */
export function parseRecord(text: string): SnapshotRecord | null {
  const value = parsed(text);
  const [id, template, kept] = ['id', 'template', 'kept'].map((name) => member(value, name));
  if (member(value, 'schema') !== SCHEMA || typeof id !== 'string' || typeof template !== 'string') return null;
  const snapshot = readSnapshot(member(value, 'snapshot'), id);
  if (snapshot === null) return null;
  const disks = member(value, 'disks');
  return {
    id,
    snapshot,
    isWhole: member(value, 'whole') === true,
    disks: isJsonArray(disks) ? disks.filter((disk) => typeof disk === 'string') : [],
    template,
    kept: isJsonObject(kept) ? kept : {},
  };
}

function parsed(text: string): JsonObject {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
