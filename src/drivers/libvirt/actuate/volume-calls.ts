/** Calls on volumes that several verbs make. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrueupError } from '../../../model/failure.ts';
import { PRIVATE_FILE } from '../../../files/atomic-file.ts';
import type { OwnerMark } from '../../owner-mark.ts';
import { markContent } from '../marks.ts';
import { markVolume } from '../names.ts';
import { type DiskSight, lookAtSome } from '../observe/look.ts';
import { isMissing, isTaken, refused } from '../virsh/failures.ts';
import { withFile, withFolder } from '../virsh/files.ts';
import { must } from '../virsh/virsh.ts';
import { volumeElement, type VolumeSpec } from '../volumes/describe.ts';
import { listedNames } from '../volumes/listed.ts';
import type { Command } from '../virsh/quote.ts';
import { writeXml } from '../xml/write.ts';
import type { Storing } from './changing.ts';

/** A whole volume takes as long as its bytes take to travel. */
const UPLOAD_TIMEOUT_MS = 3_600_000;

export async function diskAt({ virsh, context }: Storing, name: string): Promise<DiskSight | null> {
  const { disks } = await lookAtSome(virsh, [{ type: 'volume', name }], context.signal);
  return disks[0] ?? null;
}

export async function knownDisk(storing: Storing, name: string): Promise<DiskSight> {
  const found = await diskAt(storing, name);
  if (found !== null) return found;
  throw new TrueupError('object_missing', `disk ${name} is not there`, { fields: { name } });
}

export async function makeVolume({ virsh, context }: Storing, spec: VolumeSpec): Promise<void> {
  await withFile(writeXml(volumeElement(spec)), (file) =>
    must(virsh, ['vol-create', virsh.engine.pool, file], context.signal),
  );
}

/** Idempotent: what is gone is done. */
export async function deleteVolume({ virsh, context }: Storing, name: string): Promise<void> {
  const [answer] = await virsh.ask([['vol-delete', '--pool', virsh.engine.pool, name]], context.signal);
  const problem = answer?.stderr ?? '';
  if (problem === '' || isMissing(problem)) return;
  throw refused(virsh.engine, 'vol-delete', problem);
}

export async function volumeNames({ virsh, context }: Storing): Promise<readonly string[]> {
  return listedNames(await must(virsh, ['vol-list', virsh.engine.pool], context.signal));
}

/** The text in a small volume; `null` where there is none, or nobody can read it. */
export function contentAt({ virsh, context }: Storing, name: string): Promise<string | null> {
  return withFolder(async (folder) => {
    const file = join(folder, 'content');
    const command: Command = ['vol-download', '--pool', virsh.engine.pool, name, file];
    const [answer] = await virsh.ask([command], context.signal);
    return answer?.stderr === '' ? (await readFile(file, 'utf8')).replace(/\0+$/, '') : null;
  });
}

/** Puts content into a volume of its own, in place of what was there. */
export async function putContent(storing: Storing, name: string, content: string | Uint8Array): Promise<void> {
  const spec = { name, bytes: Buffer.byteLength(content), format: 'raw', over: null };
  if (content.length === 0) return replaceVolume(storing, spec, null);
  await withFile(content, (file) => replaceVolume(storing, spec, file));
}

/** A volume with the content of a file, or without any, in place of what was there: in one process. */
export async function replaceVolume(
  { virsh, context }: Storing,
  spec: VolumeSpec,
  file: string | null,
  flags: readonly string[] = [],
): Promise<void> {
  const { pool } = virsh.engine;
  const upload: readonly Command[] = file === null ? [] : [['vol-upload', '--pool', pool, spec.name, file, ...flags]];
  await withFile(writeXml(volumeElement(spec)), async (definition) => {
    const commands: readonly Command[] = [
      ['vol-delete', '--pool', pool, spec.name],
      ['vol-create', pool, definition],
      ...upload,
    ];
    // What is not there need not go; what could not go is in the way of what comes.
    const [, ...answers] = await virsh.ask(commands, context.signal, UPLOAD_TIMEOUT_MS);
    const failed = answers.findIndex(({ stderr }) => stderr !== '');
    const what = commands[failed + 1]?.[0] ?? '';
    if (failed !== -1) throw refused(virsh.engine, what, answers[failed]?.stderr ?? '');
  });
}

/**
 * Writes a mark over the one that is there. At no moment is there none: a disk whose mark was gone would be nobody's, and of one
 * that is just being made anew the mark alone says that this is the pool that it was in.
 */
export async function putMark({ virsh, context }: Storing, volume: string, mark: OwnerMark): Promise<void> {
  const { pool } = virsh.engine;
  const [name, content] = [markVolume(volume), markContent(mark)];
  const spec = { name, bytes: Buffer.byteLength(content), format: 'raw', over: null };
  await withFolder(async (folder) => {
    const [definition, text] = [join(folder, 'definition'), join(folder, 'text')];
    await writeFile(definition, writeXml(volumeElement(spec)), { mode: PRIVATE_FILE });
    await writeFile(text, content, { mode: PRIVATE_FILE });
    const [made, written] = await virsh.ask(
      [
        ['vol-create', pool, definition],
        ['vol-upload', '--pool', pool, name, text],
      ],
      context.signal,
    );
    if (written?.stderr === '') return;
    // What is there already cannot be made: then only the other complaint says anything.
    const isThere = made?.stderr === '' || isTaken(made?.stderr ?? '');
    throw isThere
      ? refused(virsh.engine, 'vol-upload', written?.stderr ?? '')
      : refused(virsh.engine, 'vol-create', made?.stderr ?? '');
  });
}
