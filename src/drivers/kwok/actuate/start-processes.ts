/** Has kwokctl start what it has written down of a cluster, and waits until all of it listens. */
import { lookAtFolder } from '../observe/look-at-folder.ts';
import type { Changing, ClusterArguments } from './changing.ts';
import { commandCluster } from './command.ts';
import { forgetStale } from './forget-stale.ts';
import { untilListening } from './until-listening.ts';
import { whileItLives } from './while-it-lives.ts';

const START_MS = 3 * 60_000;

export async function startProcesses(changing: Changing, { name, config }: ClusterArguments): Promise<void> {
  const { engine } = changing;
  await forgetStale(await lookAtFolder(engine, name));
  const args = ['start', 'cluster', '--name', name];
  await whileItLives(changing, name, (signal) =>
    commandCluster(changing, engine, { name, config, args, timeoutMs: START_MS, signal }),
  );
  await untilListening(changing, name);
}
