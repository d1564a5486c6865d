/** A cluster for development as tools around it show one: their names, whatever manifests call it. */
import type { ObservedStatus } from './observed.ts';

export type DevClusterState = 'starting' | 'running' | 'stopped' | 'error';

export interface DevCluster {
  /** The engine's own. */
  readonly id: string;
  /** The physical name. */
  readonly name: string;
  /** The file that has its context; `null` where no manifest names one, and nobody has asked the cluster. */
  readonly kubeconfigPath: string | null;
  readonly state: DevClusterState;
  /** ISO 8601; `null` where nobody knows. */
  readonly createdAt: string | null;
}

/** What an engine reports, told in the words of a cluster. `health` is what is known of it by now. */
export function devClusterState({
  run_state: state,
  health,
}: Pick<ObservedStatus, 'run_state'> & { readonly health: string }): DevClusterState {
  switch (state) {
    case 'running':
      return RUNNING[health] ?? 'running';
    case 'created':
    case 'restarting':
      return 'starting';
    case 'stopped':
    case 'completed':
    case 'paused':
    case 'suspended':
      return 'stopped';
    case 'failed':
    case 'dead':
    case null:
      return 'error';
    default:
      return state satisfies never;
  }
}

const RUNNING: Readonly<Record<string, DevClusterState>> = { starting: 'starting', unhealthy: 'error' };
