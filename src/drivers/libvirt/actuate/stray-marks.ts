/**
 * Marks without a disk: what a killed run leaves, since a mark comes before its disk and goes after it. Only those of the
 * environment at hand: nobody else changes it meanwhile. Where a machine is still defined with the disk, or runs with it, the mark
 * says whose disk that will be once it is back.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OwnerMark, parseOwnerMark } from '../../owner-mark.ts';
import { volumesIn } from '../domain/volumes-in.ts';
import { markedVolume, markVolume } from '../names.ts';
import { lookAtAll } from '../observe/look.ts';
import { withFolder } from '../virsh/files.ts';
import type { Changing } from './changing.ts';
import { deleteVolume, volumeNames } from './volume-calls.ts';

/** `spared`: a disk that is just being made. */
export async function removeStrayMarks(changing: Changing, spared: string | null = null): Promise<void> {
  const names = await volumeNames(changing);
  const strays = names
    .flatMap((name) => markedVolume(name) ?? [])
    .filter((volume) => !names.includes(volume) && volume !== spared);
  const marks = await marksOf(changing, strays);
  const ours = strays.filter((_, index) => isOfHere(marks[index] ?? null, changing));
  const used = ours.length === 0 ? [] : await usedVolumes(changing);
  for (const volume of ours.filter((name) => !used.includes(name))) await deleteVolume(changing, markVolume(volume));
}

async function usedVolumes({ virsh, context }: Changing): Promise<readonly string[]> {
  const { domains } = await lookAtAll(virsh, [], context.signal);
  return domains.flatMap(({ inactive, live }) => [inactive, live].flatMap((xml) => volumesIn(xml, virsh.engine.pool)));
}

function marksOf({ virsh, context }: Changing, volumes: readonly string[]): Promise<readonly (OwnerMark | null)[]> {
  return withFolder(async (folder) => {
    const file = (index: number): string => join(folder, String(index));
    const answers = await virsh.ask(
      volumes.map((volume, index) => ['vol-download', '--pool', virsh.engine.pool, markVolume(volume), file(index)]),
      context.signal,
    );
    return Promise.all(
      answers.map(async ({ stderr }, index) =>
        stderr === '' ? parseOwnerMark((await readFile(file(index), 'utf8')).replace(/\0+$/, '')) : null,
      ),
    );
  });
}

/** Of an image it is no mark of ownership, and reads as none. */
function isOfHere(mark: OwnerMark | null, { context }: Changing): boolean {
  if (mark === null) return false;
  const { owner, project, environment } = mark.ownership;
  const here = context.ownership;
  return context.owners.includes(owner) && project === here.project && environment === here.environment;
}
