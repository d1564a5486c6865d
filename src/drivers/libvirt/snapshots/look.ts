/** The snapshots of one machine: what we have written of them, and what libvirt knows. Only reads. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VmSnapshots } from '../../vm-faces.ts';
import { snapshotPrefix } from '../names.ts';
import { withFolder } from '../virsh/files.ts';
import { toldOf } from '../virsh/told.ts';
import { must, type Virsh } from '../virsh/virsh.ts';
import { parseRecord, type SnapshotRecord } from './record.ts';

export interface SnapshotSight {
  /** Oldest first. */
  readonly records: readonly SnapshotRecord[];
  /** Names that libvirt has; none where the machine is not defined. */
  readonly names: readonly string[];
}

export async function lookAtSnapshots(virsh: Virsh, vm: string, signal: AbortSignal): Promise<SnapshotSight> {
  const { pool } = virsh.engine;
  const [volumes, listed] = await virsh.ask(
    [
      ['vol-list', pool],
      ['snapshot-list', vm, '--name'],
    ],
    signal,
  );
  const lines = (text: string | null): readonly string[] =>
    (text ?? '').split('\n').flatMap((line) => /^\s*(\S+)/.exec(line)?.[1] ?? []);
  const held = lines(toldOf(virsh.engine, volumes)).filter((name) => name.startsWith(snapshotPrefix(vm)));
  const records = await readRecords(virsh, held, signal);
  return {
    records: records.toSorted((left, right) => (createdAt(left) < createdAt(right) ? -1 : 1)),
    names: lines(toldOf(virsh.engine, listed)),
  };
}

async function readRecords(
  virsh: Virsh,
  volumes: readonly string[],
  signal: AbortSignal,
): Promise<readonly SnapshotRecord[]> {
  if (volumes.length === 0) return [];
  return withFolder(async (folder) => {
    const file = (index: number): string => join(folder, String(index));
    const answers = await virsh.ask(
      volumes.map((name, index) => ['vol-download', '--pool', virsh.engine.pool, name, file(index)]),
      signal,
    );
    const records = await Promise.all(
      answers.map(async (answer, index) =>
        toldOf(virsh.engine, answer) === null ? null : parseRecord(await readFile(file(index), 'utf8')),
      ),
    );
    return records.filter((record) => record !== null);
  });
}

function createdAt({ snapshot }: SnapshotRecord): string {
  return snapshot?.created_at ?? '';
}

/** What is begun and not finished is nobody's yet. */
export function snapshotsOf({ records, names }: SnapshotSight): VmSnapshots {
  const kept = records.filter(({ snapshot }) => snapshot === null).map(({ id }) => id);
  const unknown = names.filter((name) => !records.some(({ id }) => id === name));
  return {
    ours: records.flatMap(({ snapshot, xml }) => (snapshot === null || xml === null ? [] : [snapshot])),
    foreign: [...new Set([...kept, ...unknown])],
  };
}

/** As libvirt describes it now. */
export function snapshotXml(virsh: Virsh, vm: string, name: string, signal: AbortSignal): Promise<string> {
  return must(virsh, ['snapshot-dumpxml', vm, name], signal);
}
