/** Whether the API of a cluster that runs does not answer: a busy one may miss the time of one look, so it takes several. */
import { pauseFor } from '../../wait.ts';
import { ADMIN_FILE } from '../observe/control-plane.ts';
import { lookAtCluster } from '../observe/look-at-cluster.ts';
import type { NodeSight } from '../observe/nodes.ts';
import type { ClusterSight } from '../observe/sight.ts';
import type { Changing } from './changing.ts';

const SILENT_MS = 10_000;
const PAUSE_MS = 500;

export async function isSilent(
  { docker, context }: Changing,
  cluster: string,
  nodes: readonly NodeSight[],
): Promise<boolean> {
  const begun = performance.now();
  for (;;) {
    const sight = await lookAtCluster(docker, cluster, nodes, context.signal);
    const silent = silenceOf(sight, performance.now() - begun);
    if (silent !== null) return silent;
    await pauseFor(PAUSE_MS, context.signal);
  }
}

/** Pure. `null`: too early to tell. */
export function silenceOf(
  { live, isDown, files }: Pick<ClusterSight, 'live' | 'isDown' | 'files'>,
  lookedForMs: number,
): boolean | null {
  if (live !== null) return false;
  // Without the key to ask with, there is nothing to wait for.
  return isDown || !files.control.has(ADMIN_FILE) || lookedForMs >= SILENT_MS ? true : null;
}
