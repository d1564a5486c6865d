/** Stops the processes of a cluster, and no others: kwokctl would kill whatever has a pid that it wrote down once. */
import { setTimeout as delay } from 'node:timers/promises';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { mustKwokctl } from '../kwokctl.ts';
import type { FolderSight } from '../observe/look-at-folder.ts';
import { type Changing, ownSight } from './changing.ts';
import { waitForOthers } from './others.ts';
import { forgetStale } from './forget-stale.ts';

const STOP_MS = 60_000;
const GONE_MS = 10_000;
const PAUSE_MS = 20;

export async function stopCluster(changing: Changing, name: string): Promise<JsonObject> {
  await waitForOthers(changing, name);
  await stopProcesses(changing, await ownSight(changing, name));
  return {};
}

export async function stopProcesses(changing: Changing, sight: FolderSight): Promise<void> {
  const { engine, context } = changing;
  const running = sight.components.filter(({ state }) => state === 'running');
  await forgetStale(sight);
  if (running.length === 0) return;
  if (sight.settings !== null) {
    const args = ['stop', 'cluster', '--name', sight.name];
    await mustKwokctl(engine, { args, environment: {}, timeoutMs: STOP_MS, signal: context.signal });
  } else for (const { pid } of running) if (pid !== null) end(pid);
  await gone(
    changing,
    sight,
    running.flatMap(({ pid }) => (pid === null ? [] : [pid])),
  );
}

/** kwokctl only sends the signal: what follows needs their ports and files. */
async function gone({ processes, context }: Changing, { name }: FolderSight, pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + GONE_MS;
  for (const pid of pids) {
    while ((await processes.commandOf(pid)) !== null) {
      if (performance.now() > deadline)
        throw new TrueupError('stop_timeout', `process ${pid} of cluster ${name} outlives SIGKILL`, {
          fields: { pid },
          next: 'look at what keeps it, and apply again',
        });
      await delay(PAUSE_MS, undefined, { signal: context.signal });
    }
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
