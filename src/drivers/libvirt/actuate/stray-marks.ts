/**
 * Marks without a disk: what a killed run leaves, since a mark comes before its disk and goes after it. Only those of the
 * environment at hand: nobody else changes it meanwhile. Where a machine is still defined with the disk, or runs with it, the mark
 * says whose disk that will be once it is back.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Address } from '../../../model/address.ts';
import type { OwnerMark } from '../../owner-mark.ts';
import { volumesIn } from '../domain/volumes-in.ts';
import { markIn } from '../marks.ts';
import { markedVolume, markVolume } from '../names.ts';
import { lookAtAll } from '../observe/look.ts';
import { withFolder } from '../virsh/files.ts';
import type { Changing } from './changing.ts';
import { deleteVolume, volumeNames } from './volume-calls.ts';

/** `spared`: a disk that is just being made. */
export async function removeStrayMarks(changing: Changing, spared: string | null = null): Promise<void> {
  const strays = (await straysOf(changing)).filter(({ volume }) => volume !== spared);
  const used = strays.length === 0 ? [] : await usedVolumes(changing);
  for (const { volume } of strays) if (!used.includes(volume)) await deleteVolume(changing, markVolume(volume));
}

/**
 * Where a disk came to under another name the mark that it had is left if somebody was killed right then: one of the same address
 * without a disk, whatever is defined with that name.
 */
export async function removeFormerMarks(changing: Changing, address: Address): Promise<void> {
  for (const { volume, mark } of await straysOf(changing))
    if (mark.ownership.address === address) await deleteVolume(changing, markVolume(volume));
}

/** Marks of the environment at hand whose disks are gone. */
async function straysOf(changing: Changing): Promise<readonly { readonly volume: string; readonly mark: OwnerMark }[]> {
  const names = await volumeNames(changing);
  const strays = names.flatMap((name) => markedVolume(name) ?? []).filter((volume) => !names.includes(volume));
  const marks = await marksOf(changing, strays);
  return strays.flatMap((volume, index) => {
    const mark = marks[index] ?? null;
    return mark !== null && isOfHere(mark, changing) ? [{ volume, mark }] : [];
  });
}

async function usedVolumes({ virsh, context }: Changing): Promise<readonly string[]> {
  const { domains } = await lookAtAll(virsh, [], context.signal);
  return domains.flatMap(({ inactive, live }) => [inactive, live].flatMap((xml) => volumesIn(xml, virsh.engine.pool)));
}

/** Of an image there is no mark of ownership: it reads as none. */
function marksOf({ virsh, context }: Changing, volumes: readonly string[]): Promise<readonly (OwnerMark | null)[]> {
  return withFolder(async (folder) => {
    const file = (index: number): string => join(folder, String(index));
    const answers = await virsh.ask(
      volumes.map((volume, index) => ['vol-download', '--pool', virsh.engine.pool, markVolume(volume), file(index)]),
      context.signal,
    );
    return Promise.all(
      answers.map(async ({ stderr }, index) => (stderr === '' ? markIn(await readFile(file(index), 'utf8')) : null)),
    );
  });
}

function isOfHere(mark: OwnerMark, { context }: Changing): boolean {
  const { owner, project, environment } = mark.ownership;
  const here = context.ownership;
  return context.owners.includes(owner) && project === here.project && environment === here.environment;
}
