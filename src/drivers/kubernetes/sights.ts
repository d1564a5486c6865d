/** How to reach a cluster, and what is in it: the same for every engine that knows the kubeconfigs of its clusters. */
import type { JsonObject } from '../../model/json.ts';
import type { ClusterSight, ClusterSights } from '../cluster-faces.ts';
import type { ObjectReference } from '../scope.ts';
import { connectTo } from './api/connect.ts';
import { isAway } from './api/problems.ts';
import { readingApi } from './api/reading.ts';
import { askClusterObjects, type ClusterIdentity, clusterSeeds } from './seed/cluster.ts';
import { keepCluster } from './watch/keep-cluster.ts';
import { watchesOf } from './watch/watch-lines.ts';

export interface SightSource {
  /** In YAML, with all keys in it. Rejects with `not_running` where no cluster answers to the name. */
  kubeconfig(object: ObjectReference, config: JsonObject, signal: AbortSignal): Promise<string>;
  identity(object: ObjectReference, config: JsonObject): ClusterIdentity;
}

export function clusterSightsOf(source: SightSource): ClusterSights {
  return {
    kubeconfig: (object, config, signal) => source.kubeconfig(object, config, signal),
    sight: (object, config, signal) => sightOf(source, object, config, signal),
    follow: (object, config, signal) => follow(source, object, config, signal),
  };
}

async function sightOf(
  source: SightSource,
  object: ObjectReference,
  config: JsonObject,
  signal: AbortSignal,
): Promise<ClusterSight | null> {
  try {
    const api = readingApi(await connectTo(await source.kubeconfig(object, config, signal)));
    try {
      return clusterSeeds(source.identity(object, config), await askClusterObjects(api, signal));
    } finally {
      api.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (isAway(error)) return null;
    throw error;
  }
}

async function* follow(
  source: SightSource,
  object: ObjectReference,
  config: JsonObject,
  signal: AbortSignal,
): AsyncGenerator<ClusterSight | null> {
  const kubeconfig = await source.kubeconfig(object, config, signal);
  const api = readingApi(await connectTo(kubeconfig));
  const ending = new AbortController();
  let wake = Promise.withResolvers<void>();
  const kept = keepCluster({
    api,
    watch: await watchesOf(kubeconfig),
    signal: AbortSignal.any([signal, ending.signal]),
    changed: () => wake.resolve(),
  });
  const aborted = (): void => wake.resolve();
  signal.addEventListener('abort', aborted, { once: true });
  try {
    for (;;) {
      if (signal.aborted) return;
      const objects = kept.objects();
      yield objects === null ? null : clusterSeeds(source.identity(object, config), objects);
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
  } finally {
    signal.removeEventListener('abort', aborted);
    ending.abort();
    await kept.done;
    api.close();
  }
}
