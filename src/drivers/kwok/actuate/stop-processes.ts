/**
 * Ends the processes of a cluster, and no others. kwokctl is not asked: it would kill whatever has a pid that it wrote down once, and
 * does not know of a process whose pid it did not get to write down.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TrueupError } from '../../../model/failure.ts';
import { clusterFolder, type Engine, FILES } from '../engine.ts';
import { pidsOf } from '../observe/cluster-processes.ts';
import type { Changing } from './changing.ts';
import { endProcess } from './end-process.ts';
import { pauseFor } from '../../wait.ts';

const GONE_MS = 10_000;
const PAUSE_MS = 20;

/** Resolves once they are gone: what follows needs their ports and files. `place` as for a command. */
export async function stopProcesses({ processes, context }: Changing, place: Engine, name: string): Promise<void> {
  const folder = clusterFolder(place, name);
  const deadline = performance.now() + GONE_MS;
  for (;;) {
    const pids = await pidsOf(folder, processes);
    if (pids.length === 0) break;
    if (performance.now() > deadline) throw outlives(name, pids);
    for (const pid of pids) endProcess({ pid });
    await pauseFor(PAUSE_MS, context.signal);
  }
  // Whoever stops it takes the pids away: where they are left, it has ended otherwise.
  const written = await readdir(join(folder, FILES.pids)).catch(() => []);
  for (const file of written) await rm(join(folder, FILES.pids, file), { force: true });
}

function outlives(name: string, pids: readonly number[]): TrueupError {
  return new TrueupError('stop_timeout', `processes of cluster ${name} outlive SIGKILL: ${pids.join(', ')}`, {
    fields: { cluster: name, pids: [...pids] },
    next: 'look at what keeps them, and apply again',
  });
}
