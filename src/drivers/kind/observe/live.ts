/** What the API of a cluster that runs says of it. What does not answer says nothing, and that is no failure here. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { observeAddons } from '../../kubernetes/addons/compare.ts';
import { resourcesOf } from '../../kubernetes/addons/resources.ts';
import type { ClusterApi } from '../../kubernetes/api/answer.ts';
import { connectTo } from '../../kubernetes/api/connect.ts';
import { listObjects, readObject } from '../../kubernetes/api/lists.ts';
import { readingApi } from '../../kubernetes/api/reading.ts';
import { whatGoesAlong } from '../../kubernetes/contents.ts';
import { nameOf } from '../../kubernetes/ladder/nodes.ts';
import { serverVersion } from '../../kubernetes/seed/cluster.ts';
import { carriedByAll, type Group, GROUPS } from '../nodes/groups.ts';
import type { LiveCluster } from './cluster-object.ts';
import type { NodeSight } from './nodes.ts';

/** Whoever plans waits for it. */
const TIMEOUT_MS = 4000;

export async function lookAtLive(
  kubeconfig: string,
  nodes: readonly NodeSight[],
  signal: AbortSignal,
): Promise<LiveCluster | null> {
  try {
    const api = readingApi(await connectTo(kubeconfig, TIMEOUT_MS));
    try {
      return await ask(api, nodes, signal);
    } finally {
      api.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrueupError && error.code === 'engine_unreachable') return null;
    throw error;
  }
}

/** kubeadm has written it before anything else was in the cluster. */
const FIRST_OBJECT = '/api/v1/namespaces/kube-system/configmaps/kubeadm-config';

async function ask(api: ClusterApi, nodes: readonly NodeSight[], signal: AbortSignal): Promise<LiveCluster> {
  // What hangs is asked once, and not by all the calls at the same time.
  const version = await serverVersion(api, signal);
  const [listed, first, addons, contents] = await Promise.all([
    listObjects(api, '/api/v1/nodes', signal),
    readObject(api, FIRST_OBJECT, signal),
    observeAddons({ api, resources: resourcesOf(api), signal }),
    whatGoesAlong(api, signal),
  ]);
  const carried = (group: Group): JsonObject => {
    const names = new Set(nodes.filter(({ role }) => role === GROUPS[group]).map(({ name }) => name));
    return { ...carriedByAll(listed.items.filter((node) => names.has(nameOf(node)))) };
  };
  return {
    version,
    carried: { control_plane: carried('control_plane'), workers: carried('workers') },
    addons,
    isWhole: first !== null,
    contents,
  };
}
