/** Removes a cluster with all that is in it. The contexts go first: while they cannot, the cluster stays, and it is tried again. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../../model/json.ts';
import { FILES } from '../engine.ts';
import type { Changing } from './changing.ts';
import { removeKubeconfigs } from './kubeconfigs.ts';
import { stopProcesses } from './stop-processes.ts';
import { takeUp } from './take-up.ts';

export async function removeCluster(changing: Changing, name: string): Promise<JsonObject> {
  const sight = await takeUp(changing, name);
  await removeKubeconfigs(changing, sight);
  await stopProcesses(changing, changing.engine, name);
  await removeFolder(sight.folder);
  return {};
}

/**
 * kwokctl would do no more, but it would also look for contexts of its own in the kubeconfig of the user. The mark goes last: what
 * is left of a removal that was cut off is still ours.
 */
async function removeFolder(folder: string): Promise<void> {
  const parts = (await readdir(folder).catch(() => [])).filter((part) => part !== FILES.mark);
  for (const part of parts) await rm(join(folder, part), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}
