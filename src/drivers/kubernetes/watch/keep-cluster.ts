/** What is in a cluster, kept up to date: whoever shows it asks nobody. */
import type { ClusterApi } from '../api/answer.ts';
import { type ClusterObjects, serverVersion } from '../seed/cluster.ts';
import { keepList, type WatchFrom } from './watch-list.ts';

export interface KeptCluster {
  /** `null` while the server does not answer, or has not been asked for all of it yet. */
  objects(): ClusterObjects | null;
  /** Resolves once the signal has aborted, and all has ended. */
  readonly done: Promise<void>;
}

export interface KeepClusterOptions {
  readonly api: ClusterApi;
  readonly watch: WatchFrom;
  readonly signal: AbortSignal;
  changed(): void;
}

export function keepCluster({ api, watch, signal, changed }: KeepClusterOptions): KeptCluster {
  const keep = (kind: string, heard: () => void): ReturnType<typeof keepList> =>
    keepList({ api, watch, signal, path: `/api/v1/${kind}`, changed: heard });
  let version: string | null = null;
  let asking: Promise<void> = Promise.resolve();
  const askVersion = async (): Promise<void> => {
    version = await serverVersion(api, signal).catch(() => null);
    changed();
  };
  // A server that answers again may be another one: whenever its nodes are listed anew, it is asked what it is.
  let isKnown = false;
  const nodes = keep('nodes', () => {
    const isNew = !isKnown;
    isKnown = nodes.items() !== null;
    if (isNew && isKnown) asking = askVersion();
    changed();
  });
  const [pods, services, namespaces] = [keep('pods', changed), keep('services', changed), keep('namespaces', changed)];
  return {
    objects() {
      const [foundNodes, foundPods] = [nodes.items(), pods.items()];
      const [serviceCount, namespaceCount] = [services.items()?.length, namespaces.items()?.length];
      if (foundNodes === null || foundPods === null || serviceCount === undefined || namespaceCount === undefined)
        return null;
      return {
        version: version ?? '',
        endpoint: api.server,
        nodes: foundNodes,
        pods: foundPods,
        services: serviceCount,
        namespaces: namespaceCount,
      };
    },
    done: Promise.all([nodes.done, pods.done, services.done, namespaces.done]).then(() => asking),
  };
}
