/** The ladder of a cluster: its node containers run, and then what every cluster has to reach. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { memberAt } from '../../../model/json.ts';
import type { Rung } from '../../../model/readiness.ts';
import { connectTo } from '../../kubernetes/api/connect.ts';
import { readingApi } from '../../kubernetes/api/reading.ts';
import type { ClusterApi } from '../../kubernetes/api/answer.ts';
import { climb } from '../../kubernetes/ladder/climb.ts';
import type { Docker } from '../commands/docker.ts';
import { countOf, GROUP_NAMES } from '../nodes/groups.ts';
import { kubeconfigOf } from './connected.ts';
import { lookAtNodesOf, podNodes } from './look.ts';
import type { NodeSight } from './nodes.ts';

export async function clusterReadiness(
  docker: Docker,
  cluster: string,
  config: JsonObject,
  signal: AbortSignal,
): Promise<readonly Rung[]> {
  const expected = GROUP_NAMES.reduce((sum, group) => sum + countOf(config, group), 0);
  const reason = await baseReason(docker, cluster, expected, signal);
  let api: ClusterApi | null = null;
  try {
    return await climb(
      {
        base: { name: 'nodes', reason },
        api: async () => {
          api ??= readingApi(await connectTo(await kubeconfigOf(docker, cluster, signal)));
          return api;
        },
        nodes: expected,
        systemPods: memberAt(config, 'ready', 'system_pods') !== false,
      },
      signal,
    );
  } finally {
    closeOf(api);
  }
}

function closeOf(api: ClusterApi | null): void {
  api?.close();
}

/** An engine that does not answer is a rung that is not met. */
async function baseReason(
  docker: Docker,
  cluster: string,
  expected: number,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return nodesReason(await lookAtNodesOf(docker, cluster, signal), expected);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrueupError && error.code === 'engine_unreachable') return error.message;
    throw error;
  }
}

/** Why they do not all run; `null` where they do. */
function nodesReason(nodes: readonly NodeSight[], expected: number): string | null {
  const down = nodes.find(({ state }) => state !== 'running');
  if (down !== undefined) return `node ${down.name} is ${down.state}`;
  const found = podNodes(nodes).length;
  return found < expected ? `${found} of ${expected} node containers are there` : null;
}
