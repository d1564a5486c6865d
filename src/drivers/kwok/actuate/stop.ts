/** Stops a cluster: what it has stays where it is. */
import type { JsonObject } from '../../../model/json.ts';
import type { Changing } from './changing.ts';
import { stopProcesses } from './stop-processes.ts';
import { takeUp } from './take-up.ts';

export async function stopCluster(changing: Changing, name: string): Promise<JsonObject> {
  await takeUp(changing, name);
  await stopProcesses(changing, changing.engine, name);
  return {};
}
