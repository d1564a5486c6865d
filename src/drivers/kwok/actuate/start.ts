/** Starts the processes of a cluster; where somebody has taken one of its ports meanwhile, it is made anew around its data. */
import type { JsonObject } from '../../../model/json.ts';
import { TrueupError } from '../../../model/failure.ts';
import { lookAtFolder } from '../observe/look-at-folder.ts';
import type { Changing, ClusterArguments } from './changing.ts';
import { makeAround } from './make-around.ts';
import { takenPort } from './ports.ts';
import { startProcesses } from './start-processes.ts';
import { takeUp } from './take-up.ts';

export async function startCluster(changing: Changing, cluster: ClusterArguments): Promise<JsonObject> {
  const { name } = cluster;
  const sight = await takeUp(changing, name);
  if (sight.settings !== null && sight.components.every(({ state }) => state === 'running')) return {};
  if (sight.settings === null || (await takenPort(sight)) !== null) await makeAround(changing, cluster);
  else await startOrMakeAround(changing, cluster);
  return {};
}

/** A port may be taken between a look and the start. */
async function startOrMakeAround(changing: Changing, cluster: ClusterArguments): Promise<void> {
  try {
    await startProcesses(changing, cluster);
  } catch (error) {
    if (!(error instanceof TrueupError) || error.code !== 'step_failed') throw error;
    const taken = await takenPort(await lookAtFolder(changing.engine, cluster.name));
    if (taken === null) throw error;
    changing.context.progress(`port ${taken} is somebody else's by now: it gets others`);
    await makeAround(changing, cluster);
  }
}
