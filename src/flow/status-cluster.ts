/** A cluster as tools around it show one, from what is declared, observed, and in it. Pure. */
import type { ClusterSight } from '../drivers/cluster-faces.ts';
import type { DesiredResource } from '../model/desired.ts';
import { type DevCluster, devClusterState } from '../model/dev-cluster.ts';
import { type Json, memberAt } from '../model/json.ts';
import { isVersion, skewProblems } from '../model/kubernetes-versions.ts';
import type { Health, ObservedObject } from '../model/observed.ts';
import type { ResourceStatus } from '../report/status.ts';

/** `health` is what is known of it by now. */
export function devClusterOf(
  resource: DesiredResource,
  object: ObservedObject,
  health: Health | 'unknown',
): DevCluster {
  return {
    id: object.id,
    name: object.name,
    kubeconfigPath: textOf(memberAt(resource.config, 'kubeconfig', 'path')),
    state: devClusterState({ ...object.status, health }),
    createdAt: textOf(object.status.details['created_at'] ?? null) ?? object.born ?? null,
  };
}

/** What is told of a cluster that was asked. */
export type ClusterParts = Required<
  Pick<ResourceStatus, 'dev_cluster' | 'kubernetes_cluster' | 'kubernetes_pods' | 'version_skew'>
>;

/** `sight` is what is in it; `null` says that it was asked and does not answer. */
export function clusterParts(
  own: DevCluster | null,
  { config }: Pick<DesiredResource, 'config'>,
  sight: ClusterSight | null,
): ClusterParts {
  if (sight === null)
    return { dev_cluster: notReady(own), kubernetes_cluster: null, kubernetes_pods: [], version_skew: [] };
  const { cluster, pods } = sight;
  return {
    dev_cluster: own === null ? null : { ...own, kubeconfigPath: cluster.kubeconfigPath },
    kubernetes_cluster: cluster,
    kubernetes_pods: pods,
    version_skew: [...undeclaredVersion(config['kubernetes_version'], cluster.version), ...skewOf(sight)],
  };
}

/** What runs and does not answer has not come up yet. */
function notReady(own: DevCluster | null): DevCluster | null {
  return own?.state === 'running' ? { ...own, state: 'starting' } : own;
}

function skewOf({ cluster: { version, nodes } }: ClusterSight): readonly string[] {
  return skewProblems(version, nodes);
}

function undeclaredVersion(declared: Json | undefined, version: string): readonly string[] {
  if (typeof declared !== 'string' || version === '' || isVersion(declared, version)) return [];
  return [`the API server runs ${version}, and ${declared} is declared`];
}

function textOf(value: Json): string | null {
  return typeof value === 'string' ? value : null;
}
