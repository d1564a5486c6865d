/**
 * What `status` shows of a cluster. Names and values are those of the data model that the product grew from, kept as they are;
 * what is not known is `null`.
 */
import type { JsonObject } from './json.ts';

export type NodeStatus = 'Ready' | 'NotReady' | 'Unknown';

export const POD_PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'] as const;

export type PodPhase = (typeof POD_PHASES)[number];
export type PodStatus = PodPhase;

export interface KubernetesNode extends JsonObject {
  readonly name: string;
  readonly clusterId: string;
  readonly status: NodeStatus;
  readonly roles: readonly string[];
  readonly version: string;
  readonly osImage: string;
  readonly kernelVersion: string;
  readonly containerRuntime: string;
  readonly cpuAllocatable: number;
  readonly memoryAllocatableMB: number;
  readonly podsAllocatable: number;
  readonly createdAt: string | null;
}

export interface KubernetesContainer extends JsonObject {
  readonly name: string;
  readonly podId: string;
  readonly image: string;
  /** `running`, `waiting` or `terminated`, as Kubernetes has it; `unknown` before its node has told. */
  readonly status: string;
  readonly restartCount: number;
  readonly cpuUsage: number | null;
  readonly memoryUsageMB: number | null;
  readonly startedAt: string | null;
}

export interface KubernetesPod extends JsonObject {
  readonly name: string;
  readonly namespace: string;
  readonly clusterId: string;
  readonly status: PodStatus;
  readonly phase: PodPhase;
  readonly nodeName: string;
  readonly podIP: string | null;
  readonly containerCount: number;
  readonly restartCount: number;
  readonly cpuUsage: number | null;
  readonly memoryUsageMB: number | null;
  readonly createdAt: string | null;
  readonly startedAt: string | null;
  readonly containers: readonly KubernetesContainer[];
}

export interface KubernetesCluster extends JsonObject {
  /** Of the VM that it runs in; `null` for one that runs in none. */
  readonly vmId: string | null;
  readonly version: string;
  readonly nodes: readonly KubernetesNode[];
  readonly podCount: number;
  readonly serviceCount: number;
  readonly namespaceCount: number;
  readonly endpoint: string;
  readonly kubeconfigPath: string;
}
