/** What the API of a cluster that runs says of it. What does not answer says nothing, and that is no failure here. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { observeAddons } from '../../kubernetes/addons/compare.ts';
import { resourcesOf } from '../../kubernetes/addons/resources.ts';
import type { ClusterApi } from '../../kubernetes/api/answer.ts';
import { connectTo } from '../../kubernetes/api/connect.ts';
import { listObjects, readObject } from '../../kubernetes/api/lists.ts';
import { readingApi } from '../../kubernetes/api/reading.ts';
import { askContents } from '../../kubernetes/contents.ts';
import { nameOf } from '../../kubernetes/ladder/nodes.ts';
import { serverVersion } from '../../kubernetes/seed/cluster.ts';
import { carriedByAll, carriedOf, type Group, GROUPS } from '../nodes/groups.ts';
import { isMade } from './is-made.ts';
import type { LiveCluster } from './sight.ts';
import type { NodeSight } from './nodes.ts';

/** Whoever plans waits for it. */
const TIMEOUT_MS = 4000;

export interface Answered {
  readonly live: LiveCluster | null;
  readonly isDown: boolean;
}

/** `kept` is what our note says. */
export async function lookAtLive(
  kubeconfig: string,
  nodes: readonly NodeSight[],
  kept: JsonObject | null,
  signal: AbortSignal,
): Promise<Answered> {
  try {
    const api = readingApi(await connectTo(kubeconfig, TIMEOUT_MS));
    try {
      return { live: await ask(api, nodes, kept, signal), isDown: false };
    } finally {
      api.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrueupError && error.code === 'engine_unreachable')
      return { live: null, isDown: isNobodyThere(error.cause) };
    throw error;
  }
}

/** Where a proxy of the engine listens, it ends the connection. */
const NOBODY_THERE: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

function isNobodyThere(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && NOBODY_THERE.has(cause.code);
}

/** What kubeadm has written before anything else was in the cluster: a person may have taken away one of them, and etcd all. */
const FIRST_OBJECTS = [
  '/api/v1/namespaces/kube-system/configmaps/kubeadm-config',
  '/api/v1/namespaces/kube-system/configmaps/kubelet-config',
  '/api/v1/namespaces/kube-public/configmaps/cluster-info',
] as const;

async function ask(
  api: ClusterApi,
  nodes: readonly NodeSight[],
  kept: JsonObject | null,
  signal: AbortSignal,
): Promise<LiveCluster> {
  // What hangs is asked once, and not by all the calls at the same time.
  const version = await serverVersion(api, signal);
  const listing = listObjects(api, '/api/v1/nodes', signal);
  const [listed, first, addons, contents] = await Promise.all([
    listing,
    Promise.all(FIRST_OBJECTS.map((path) => readObject(api, path, signal))),
    observeAddons({ api, resources: resourcesOf(api), signal }),
    askContents(api, listing, signal),
  ]);
  const carried = (group: Group): JsonObject => {
    const names = new Set(nodes.filter(({ role }) => role === GROUPS[group]).map(({ name }) => name));
    const members = listed.items.filter((node) => names.has(nameOf(node)));
    return { ...carriedByAll(members, carriedOf(kept ?? {}, group)) };
  };
  return {
    version,
    carried: { control_plane: carried('control_plane'), workers: carried('workers') },
    addons,
    isWhole: first.some((object) => object !== null),
    isMade: kept !== null || contents.objects.length > 0 || (await isMade(api, nodes, listed.items, signal)),
    contents,
  };
}
