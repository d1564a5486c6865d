/**
 * A disk under another name, with all that is on it. libvirt renames no volumes, so its file is renamed where the storage pool is
 * a folder of this machine: at once, whatever its size, and never over another file.
 */
import { link, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../../../files/errno.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { markVolume } from '../names.ts';
import { must } from '../virsh/virsh.ts';
import type { Changing } from './changing.ts';
import { refuseForeign } from './machine-at.ts';
import { deleteVolume, diskAt, knownDisk, putMark } from './volume-calls.ts';

/** Idempotent: the mark comes before the disk, as where one is made, and the old one goes last. */
export async function moveDisk(changing: Changing, from: string, name: string): Promise<JsonObject> {
  const { virsh, context } = changing;
  const old = await diskAt(changing, from);
  const present = await diskAt(changing, name);
  if (present !== null) refuseForeign(name, present.mark, context.owners);
  if (old !== null) {
    refuseForeign(from, old.mark, context.owners);
    if (present !== null) throw taken(from, name);
    // libvirt knows what is in the folder by what it did there: somebody may have put a file there since.
    await must(virsh, ['pool-refresh', virsh.engine.pool], context.signal);
    if ((await diskAt(changing, name)) !== null) throw taken(from, name);
    if (old.mark !== null) await putMark(changing, name, old.mark);
    await renameFile(changing, old.volume.path, name);
    await must(virsh, ['pool-refresh', virsh.engine.pool], context.signal);
  }
  await deleteVolume(changing, markVolume(from));
  const { volume } = await knownDisk(changing, name);
  return { path: volume.path };
}

async function renameFile({ virsh, facts }: Changing, path: string, name: string): Promise<void> {
  const { pool_path: folder, is_local: isLocal } = await facts();
  if (!isLocal || folder === null) throw immovable(path, 'the storage pool is no folder of this machine', null);
  const place = join(dirname(path), name);
  try {
    // Renaming would write over whatever stands there.
    await link(path, place);
    await unlink(path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw taken(basename(path), name);
    throw immovable(path, `${virsh.engine.pool}: ${errnoOf(error) ?? 'it failed'}`, error);
  }
}

function immovable(path: string, why: string, cause: unknown): TrueupError {
  const disk = basename(path);
  return new TrueupError('step_failed', `disk ${disk} cannot be given another name: ${why}`, {
    cause,
    fields: { name: disk },
    next: `nothing of it was changed; with \`name:\` the machine keeps the name that it has, and its disks theirs`,
  });
}

function taken(from: string, name: string): TrueupError {
  return new TrueupError('name_in_use', `disk ${from} is to be called ${name}, and there is one of that name`, {
    fields: { name },
    next: 'remove one of the two; nothing of them was changed',
  });
}
