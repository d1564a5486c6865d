/** Calls on volumes that several verbs make. */
import { TrueupError } from '../../../model/failure.ts';
import { type Mark, markText } from '../marks.ts';
import { markVolume } from '../names.ts';
import { type DiskSight, lookAtSome } from '../observe/look.ts';
import { isMissing, refused } from '../virsh/failures.ts';
import { withFile } from '../virsh/files.ts';
import { must } from '../virsh/virsh.ts';
import { volumeElement, type VolumeSpec } from '../volumes/describe.ts';
import { writeXml } from '../xml/write.ts';
import type { Changing } from './changing.ts';

/** A whole volume takes as long as its bytes take to travel. */
export const UPLOAD_TIMEOUT_MS = 3_600_000;

export async function diskAt({ virsh, context }: Changing, name: string): Promise<DiskSight | null> {
  const { disks } = await lookAtSome(virsh, [{ type: 'volume', name }], context.signal);
  return disks[0] ?? null;
}

export async function knownDisk(changing: Changing, name: string): Promise<DiskSight> {
  const found = await diskAt(changing, name);
  if (found !== null) return found;
  throw new TrueupError('object_missing', `disk ${name} is not there`, { fields: { name } });
}

export async function makeVolume({ virsh, context }: Changing, spec: VolumeSpec): Promise<void> {
  await withFile(writeXml(volumeElement(spec)), (file) =>
    must(virsh, ['vol-create', virsh.engine.pool, file], context.signal),
  );
}

/** Idempotent: what is gone is done. */
export async function deleteVolume({ virsh, context }: Changing, name: string): Promise<void> {
  const [answer] = await virsh.ask([['vol-delete', '--pool', virsh.engine.pool, name]], context.signal);
  const problem = answer?.stderr ?? '';
  if (problem === '' || isMissing(problem) || /No such file or directory/.test(problem)) return;
  throw refused(virsh.engine, 'vol-delete', problem);
}

export async function volumeNames({ virsh, context }: Changing): Promise<readonly string[]> {
  const table = await must(virsh, ['vol-list', virsh.engine.pool], context.signal);
  return table.split('\n').flatMap((line) => /^\s*(\S+)\s+\S/.exec(line)?.[1] ?? []);
}

/** Puts content into a volume of its own, in place of what was there. */
export async function putContent(changing: Changing, name: string, content: string | Uint8Array): Promise<void> {
  const { virsh, context } = changing;
  await deleteVolume(changing, name);
  await makeVolume(changing, { name, bytes: Buffer.byteLength(content), format: 'raw', over: null });
  if (content.length === 0) return;
  await withFile(content, (file) =>
    must(virsh, ['vol-upload', '--pool', virsh.engine.pool, name, file], context.signal),
  );
}

export function putMark(changing: Changing, volume: string, mark: Mark): Promise<void> {
  return putContent(changing, markVolume(volume), markText(mark));
}
