/** Looks at a cluster of ours until it tells something, or no more is waited for: resolves with how it looked at last. */
import { lookAtCluster } from '../observe/look-at-cluster.ts';
import type { ClusterSight } from '../observe/sight.ts';
import type { Changing } from './changing.ts';
import { ownNodes } from './own-nodes.ts';
import { until } from './until.ts';

export async function lookUntil(
  changing: Changing,
  cluster: string,
  isTelling: (sight: ClusterSight) => boolean,
  patienceMs: number,
): Promise<ClusterSight> {
  const { docker, context } = changing;
  const { signal } = context;
  return until(async (passedMs) => {
    const sight = await lookAtCluster(docker, cluster, await ownNodes(changing, cluster), signal);
    return isTelling(sight) || passedMs >= patienceMs ? sight : null;
  }, signal);
}
