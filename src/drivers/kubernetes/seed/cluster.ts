/** A cluster as `status` shows it: asked for in one go, or made of what a watch keeps. */
import { type JsonObject, member } from '../../../model/json.ts';
import { type ClusterApi, isOk } from '../api/answer.ts';
import { askFirst } from '../api/ask-first.ts';
import { listObjects } from '../api/lists.ts';
import { nodeSeed, textOf } from './node.ts';
import { podSeed } from './pod.ts';
import type { KubernetesCluster, KubernetesPod } from '../../../model/kubernetes.ts';

/** What the driver knows of it without asking. */
export interface ClusterIdentity {
  /** The physical name. */
  readonly id: string;
  readonly vmId: string | null;
  readonly kubeconfigPath: string;
}

export interface ClusterObjects {
  readonly version: string;
  readonly endpoint: string;
  readonly nodes: readonly JsonObject[];
  readonly pods: readonly JsonObject[];
  readonly services: number;
  readonly namespaces: number;
}

export interface ClusterSeeds {
  readonly cluster: KubernetesCluster;
  readonly pods: readonly KubernetesPod[];
}

/** Pure. */
export function clusterSeeds({ id, vmId, kubeconfigPath }: ClusterIdentity, objects: ClusterObjects): ClusterSeeds {
  const { version, endpoint, nodes, pods, services, namespaces } = objects;
  return {
    cluster: {
      vmId,
      version,
      nodes: nodes.map((node) => nodeSeed(node, id)),
      podCount: pods.length,
      serviceCount: services,
      namespaceCount: namespaces,
      endpoint,
      kubeconfigPath,
    },
    pods: pods.map((pod) => podSeed(pod, id)),
  };
}

export async function askClusterObjects(api: ClusterApi, signal: AbortSignal): Promise<ClusterObjects> {
  // Reading long lists takes time of ours, which would count as the server's.
  const version = await serverVersion(api, signal);
  const [nodes, pods, services, namespaces] = await Promise.all([
    listObjects(api, '/api/v1/nodes', signal),
    listObjects(api, '/api/v1/pods', signal),
    listObjects(api, '/api/v1/services', signal),
    listObjects(api, '/api/v1/namespaces', signal),
  ]);
  return {
    version: version ?? '',
    endpoint: api.server,
    nodes: nodes.items,
    pods: pods.items,
    services: services.items.length,
    namespaces: namespaces.items.length,
  };
}

/** As the server writes it, without the `v`; `null` where it does not tell. */
export async function serverVersion(api: ClusterApi, signal: AbortSignal): Promise<string | null> {
  const answer = await askFirst(api, { path: '/version' }, signal);
  const version = textOf(member(answer.body, 'gitVersion')).replace(/^v/, '');
  return isOk(answer) && version !== '' ? version : null;
}
