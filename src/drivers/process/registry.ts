/** What is in the registry as a whole. */
import { readdirSync } from 'node:fs';
import { errnoOf } from '../../files/errno.ts';
import type { ProcessTable } from './processes.ts';
import { type EntryKind, isSafeName, kindFolder, objectFolder } from './layout.ts';
import { readShimRecord } from './shim-record.ts';

/** The names of one kind, sorted; none where there is no registry yet. Throws where it cannot be read. */
export function registeredNames(root: string, kind: EntryKind): readonly string[] {
  try {
    return readdirSync(kindFolder(root, kind)).filter(isSafeName).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The service that a living process belongs to, by its session or its group. Records of another boot name nobody. */
export function serviceOfProcess(root: string, table: ProcessTable, boot: string, pid: number): string | null {
  const info = table.get(pid);
  if (info === null) return null;
  for (const name of registeredNames(root, 'service')) {
    const record = readShimRecord(objectFolder(root, 'service', name));
    if (record === null || record.phase === 'exited' || record.boot !== boot) continue;
    if (info.session === record.shim.pid || info.pgid === record.shim.pid || pid === record.main?.pid) return name;
  }
  return null;
}
