/** Starts the processes of a cluster; where somebody has taken one of its ports meanwhile, it is made anew around its data. */
import type { JsonObject } from '../../../model/json.ts';
import { kwokctlEnvironment } from '../create-arguments.ts';
import { mustKwokctl } from '../kwokctl.ts';
import { type Changing, type ClusterArguments, ownSight } from './changing.ts';
import { forgetStale } from './forget-stale.ts';
import { makeAround } from './make-around.ts';
import { waitForOthers } from './others.ts';
import { takenPort } from './ports.ts';
import { untilListening } from './until-listening.ts';
import { whileItLives } from './while-it-lives.ts';

const START_MS = 3 * 60_000;

export async function startCluster(changing: Changing, { name, config }: ClusterArguments): Promise<JsonObject> {
  const { engine, context } = changing;
  await waitForOthers(changing, name);
  const sight = await ownSight(changing, name);
  if (sight.settings !== null && sight.components.every(({ state }) => state === 'running')) return {};
  await forgetStale(sight);
  const taken = await takenPort(sight);
  if (sight.settings === null || taken !== null) {
    if (taken !== null) context.progress(`port ${taken} is somebody else's by now: it gets others`);
    await makeAround(changing, { name, config });
    return {};
  }
  await whileItLives(changing, name, (signal) =>
    mustKwokctl(engine, {
      args: ['start', 'cluster', '--name', name],
      environment: kwokctlEnvironment(engine.root, config, {}),
      timeoutMs: START_MS,
      signal,
    }),
  );
  await untilListening(changing, name);
  return {};
}
