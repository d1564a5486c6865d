/**
 * The file of a console as a volume, so that it can be read from wherever the host is asked. What an earlier start has written
 * says nothing of the next one.
 */
import { consoleVolume, rolledConsole } from '../names.ts';
import { rolledConsoles } from '../observe/rolled-consoles.ts';
import { must } from '../virsh/virsh.ts';
import type { Changing } from './changing.ts';
import { deleteVolume, putContent, volumeNames } from './volume-calls.ts';

export function emptyConsole(changing: Changing, vm: string): Promise<void> {
  return putConsole(changing, vm, '');
}

/** In place of all that stands there. What runs goes on to write where it did: only what is started next writes behind this. */
export async function putConsole(changing: Changing, vm: string, text: string): Promise<void> {
  const { pool_path: folder } = await changing.facts();
  if (folder === null) return;
  await putContent(changing, consoleVolume(vm), text);
  await removeRolledConsoles(changing, vm);
}

/** libvirt is told to look only where there is something, or nobody here can tell. */
export async function removeRolledConsoles(changing: Changing, vm: string): Promise<void> {
  const { virsh, context } = changing;
  const { pool_path: folder, is_local: isLocal } = await changing.facts();
  if (folder === null) return;
  const found = isLocal ? await rolledConsoles(folder, vm) : null;
  if (found?.length === 0) return;
  await must(virsh, ['pool-refresh', virsh.engine.pool], context.signal);
  const names = (await volumeNames(changing)).filter((name) => rolledConsole(name, vm) !== null);
  for (const name of names) await deleteVolume(changing, name);
}
