/**
 * Before a cluster that was found lost is taken down: it is looked at again, for as long as its API server may only be starting.
 * A cluster that works after all, or of which nobody can tell, stays.
 */
import { TrueupError } from '../../../model/failure.ts';
import { pauseFor } from '../../wait.ts';
import { damageOf } from '../observe/damage.ts';
import { lookAtCluster } from '../observe/look-at-cluster.ts';
import type { ClusterSight } from '../observe/sight.ts';
import type { Changing } from './changing.ts';
import { ownNodes } from './own-nodes.ts';

/** Nobody listens for a moment where a server is started again, and for longer where it has none. */
const DOWN_MS = 10_000;
const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;

/** Resolves where it is lost, or gone. */
export async function assertLost(changing: Changing, cluster: string): Promise<void> {
  const { docker, context } = changing;
  const begun = performance.now();
  for (;;) {
    const nodes = await ownNodes(changing, cluster);
    if (nodes.length === 0) return;
    const verdict = verdictOf(await lookAtCluster(docker, cluster, nodes, context.signal), performance.now() - begun);
    if (verdict === 'lost') return;
    if (verdict === 'stays') throw notLost(cluster);
    context.progress(`looking again whether ${cluster} is lost`);
    await pauseFor(PAUSE_MS, context.signal);
  }
}

/** Pure. `null`: too early to tell. */
export function verdictOf(sight: ClusterSight, lookedForMs: number): 'lost' | 'stays' | null {
  if (damageOf(sight).lost !== null) return sight.isDown && lookedForMs < DOWN_MS ? null : 'lost';
  return sight.live === null && lookedForMs < PATIENCE_MS ? null : 'stays';
}

function notLost(cluster: string): TrueupError {
  return new TrueupError('step_failed', `cluster ${cluster} was found lost, and is not, looked at again: it stays`, {
    retryable: true,
    fields: { cluster },
    next: 'apply again: it is planned by what is there now',
  });
}
