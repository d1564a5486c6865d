/** What only engines of dev clusters have, beside what every engine has: how to reach a cluster, and what is in it. */
import type { JsonObject } from '../model/json.ts';
import type { KubernetesCluster, KubernetesPod } from '../model/kubernetes.ts';
import type { ObjectReference } from './scope.ts';

/** A cluster with what runs in it, as it stands. */
export interface ClusterSight {
  readonly cluster: KubernetesCluster;
  readonly pods: readonly KubernetesPod[];
}

/** Of an observer: only reads. `config` is the desired configuration. */
export interface ClusterSights {
  /**
   * The text of a kubeconfig, in YAML, with one context, that reaches the cluster from this machine. It holds keys: it goes to
   * whoever asked for it, and nowhere else. Rejects with `not_running` where no cluster answers to the name.
   */
  kubeconfig(object: ObjectReference, config: JsonObject, signal: AbortSignal): Promise<string>;
  /** `null` where its API does not answer: the rungs of its readiness say why. */
  sight(object: ObjectReference, config: JsonObject, signal: AbortSignal): Promise<ClusterSight | null>;
  /** The same, once at first and whenever it changed, kept up to date by a watch until the signal aborts; loads the client. */
  follow(object: ObjectReference, config: JsonObject, signal: AbortSignal): AsyncIterable<ClusterSight | null>;
}
