/** A cluster, and what is in it, in the public JSON of status: names and values of the data model that it grew from. */
import type { JsonObject } from '../model/json.ts';
import type { ClusterStatus } from './status.ts';

/** Nothing of what is no cluster. */
export function clusterJson({
  dev_cluster: own,
  kubernetes_cluster: cluster,
  kubernetes_pods: pods,
  version_skew: skew,
}: ClusterStatus): JsonObject {
  return {
    ...(own === undefined ? {} : { dev_cluster: own === null ? null : { ...own } }),
    ...(cluster === undefined ? {} : { kubernetes_cluster: cluster }),
    ...(pods === undefined ? {} : { kubernetes_pods: pods }),
    ...(skew === undefined ? {} : { version_skew: skew }),
  };
}
