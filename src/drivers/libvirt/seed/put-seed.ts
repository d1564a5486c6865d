/** Writes what cloud-init reads, by its content, and removes what nothing reads any more. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../../model/json.ts';
import type { Changing } from '../actuate/changing.ts';
import { deleteVolume, putContent, volumeNames } from '../actuate/volume-calls.ts';
import { seedOf } from '../domain/disks.ts';
import { isSeed, seedVolume, snapshotPrefix } from '../names.ts';
import { withFolder } from '../virsh/files.ts';
import type { XmlElement } from '../xml/element.ts';
import { writeIso } from './iso.ts';
import { seedFiles } from './seed-files.ts';

/** The volume that holds it; `null` where there is nothing to read. A whole one stays: what runs has it open. */
export async function putSeed(changing: Changing, vm: string, config: JsonObject): Promise<string | null> {
  const files = seedFiles(vm, config, changing.context.vault);
  if (files === null) return null;
  const image = writeIso(files);
  const name = seedVolume(vm, createHash('sha256').update(image).digest('hex'));
  if (!(await isWhole(changing, name, image))) await putContent(changing, name, image);
  return name;
}

/** Its name says what it is to be, and not whether all of it has arrived. */
function isWhole({ virsh, context }: Changing, name: string, image: Uint8Array): Promise<boolean> {
  return withFolder(async (folder) => {
    const file = join(folder, 'seed');
    const command = ['vol-download', '--pool', virsh.engine.pool, name, file];
    const [answer] = await virsh.ask([command], context.signal);
    return answer?.stderr === '' && (await readFile(file)).equals(image);
  });
}

/** All but the one that is defined, and the one that what runs was started with. A snapshot may want back any of them. */
export async function removeSeeds(
  changing: Changing,
  vm: string,
  defined: string | null,
  live: XmlElement | null,
): Promise<void> {
  const running = live === null ? null : seedOf(live, vm);
  const all = await volumeNames(changing);
  if (all.some((name) => name.startsWith(snapshotPrefix(vm)))) return;
  const names = all.filter((name) => isSeed(name, vm));
  for (const name of names) if (name !== defined && name !== running) await deleteVolume(changing, name);
}
