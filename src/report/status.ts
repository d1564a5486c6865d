/** Status: how each environment and each of its resources is now. Made by the caller; shown and written here. */
import type { Address } from '../model/address.ts';
import type { ConfigurationFile } from '../model/configuration-file.ts';
import type { Revision } from '../model/desired.ts';
import type { PendingRestart } from '../model/change.ts';
import type { DevCluster } from '../model/dev-cluster.ts';
import type { JsonObject } from '../model/json.ts';
import type { KubernetesCluster, KubernetesPod } from '../model/kubernetes.ts';
import type { GateVerdict, Health, ObservedRunState, Quarantine } from '../model/observed.ts';
import type { EnvironmentState, Freeze } from '../model/served.ts';
import type { VirtualMachine } from '../model/virtual-machine.ts';

export const STATUS_FORMAT_VERSION = '1.0';

export interface Condition {
  readonly type: 'Ready' | 'Reconciling' | 'Stalled' | 'Quarantined' | 'Frozen' | 'PendingRestart' | 'Unaccelerated';
  readonly status: 'True' | 'False' | 'Unknown';
  /** One CamelCase word for machines. */
  readonly reason: string;
  readonly message: string;
  /** ISO 8601: when the status last changed, where that is known. */
  readonly since: string | null;
}

export interface ResourceStatus {
  readonly address: Address;
  readonly engine: string;
  readonly name: string;
  /** `missing`: declared and not there; `unknown`: its engine did not answer; `null`: a type that does not run. */
  readonly run_state: ObservedRunState | 'missing' | 'unknown' | null;
  /** `unknown`: declared, on an engine that has no verdict of its own; `apply` looks at it, status does not. */
  readonly health: Health | 'unknown';
  /** Where health is unknown: what its gate came to when it was looked at last, of this very start; else `null`. */
  readonly gate: GateVerdict | null;
  /** One sentence for people. */
  readonly reason: string | null;
  /** ISO 8601. */
  readonly since: string | null;
  readonly restarts: number;
  /** What it was made from, as far as its engine knows; `null` for what needs no image. */
  readonly image: string | null;
  /** What is really published, such as `8080:80/tcp`; as declared where it does not run. */
  readonly ports: readonly string[];
  /** Who left it alone until when, and why; `null` where nobody did. */
  readonly frozen: Freeze | null;
  /** Facts for people: pid, image id, addresses. */
  readonly details: JsonObject;
  /** What takes effect once it is restarted; absent where nothing waits. */
  readonly pending_restart?: readonly PendingRestart[];
  /** Of a VM; `null` where it is not there, absent for every other type. */
  readonly virtual_machine?: VirtualMachine | null;
  /** What is declared of a VM that was asked for by name; absent where nobody asked. */
  readonly configuration_file?: ConfigurationFile;
  /** Of a cluster; `null` where it is not there, absent for every other type. */
  readonly dev_cluster?: DevCluster | null;
  /** What is in a cluster that was asked for by name; `null` where it does not answer. These three are absent where nobody asked. */
  readonly kubernetes_cluster?: KubernetesCluster | null;
  readonly kubernetes_pods?: readonly KubernetesPod[];
  /** What is wrong with the versions of its parts, one sentence each. */
  readonly version_skew?: readonly string[];
}

/** What is told of clusters beyond what is told of every resource. */
export type ClusterStatus = Pick<
  ResourceStatus,
  'address' | 'dev_cluster' | 'kubernetes_cluster' | 'kubernetes_pods' | 'version_skew'
>;

/** A revision that could not be carried out. */
export interface QuarantineStatus extends Omit<Quarantine, 'digest'> {
  /** Whether it is what is declared now. */
  readonly declared: boolean;
}

/** `unknown`: an engine did not answer, and nothing that is known works. */
export type StatedState = EnvironmentState | 'unknown';

export interface EnvironmentStatus {
  readonly name: string;
  readonly state: StatedState;
  readonly conditions: readonly Condition[];
  readonly last_applied: Revision | null;
  readonly last_attempted: Revision | null;
  readonly last_healthy: Revision | null;
  readonly quarantine: QuarantineStatus | null;
  readonly resources: readonly ResourceStatus[];
}

export interface StatusReport {
  readonly environments: readonly EnvironmentStatus[];
}
