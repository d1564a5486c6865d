/** What the API server of a cluster says of it: its version, its nodes, its addons, and what would go with it. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { observeAddons } from '../../kubernetes/addons/compare.ts';
import { resourcesOf } from '../../kubernetes/addons/resources.ts';
import type { ClusterApi } from '../../kubernetes/api/answer.ts';
import { listObjects } from '../../kubernetes/api/lists.ts';
import { askContents, type Contents } from '../../kubernetes/contents.ts';
import { serverVersion } from '../../kubernetes/seed/cluster.ts';
import { readWorkers } from '../actuate/worker-nodes.ts';

export interface LiveCluster {
  readonly version: string | null;
  /** In the shape of `nodes.workers`. */
  readonly workers: JsonObject;
  /** By their keys the digests of their files, or what is otherwise in the cluster. */
  readonly addons: JsonObject;
  readonly contents: Contents;
}

/** `null` where the server does not answer: the rungs of readiness say why. */
export async function lookAtLive(api: ClusterApi, signal: AbortSignal): Promise<LiveCluster | null> {
  try {
    // What hangs is asked once, and not by all the calls at the same time.
    const version = await serverVersion(api, signal);
    const listed = listObjects(api, '/api/v1/nodes', signal);
    const [nodes, addons, contents] = await Promise.all([
      listed,
      observeAddons({ api, resources: resourcesOf(api), signal }),
      askContents(api, listed, signal),
    ]);
    return { version, workers: readWorkers(nodes.items), addons, contents };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrueupError && error.code === 'engine_unreachable') return null;
    throw error;
  }
}
