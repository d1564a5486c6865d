/** Removes a cluster with all that is in it. The contexts go first: while they cannot, the cluster stays, and it is tried again. */
import { rm } from 'node:fs/promises';
import type { JsonObject } from '../../../model/json.ts';
import { type Changing, ownSight } from './changing.ts';
import { removeKubeconfigs } from './kubeconfigs.ts';
import { waitForOthers } from './others.ts';
import { stopProcesses } from './stop.ts';

export async function removeCluster(changing: Changing, name: string): Promise<JsonObject> {
  await waitForOthers(changing, name);
  const sight = await ownSight(changing, name);
  await removeKubeconfigs(changing, sight);
  await stopProcesses(changing, sight);
  // kwokctl would do no more, but it would also look for contexts of its own in the kubeconfig of the user.
  await rm(sight.folder, { recursive: true, force: true });
  return {};
}
