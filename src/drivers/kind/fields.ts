/** The fields that this engine carries, and what a change of each takes. What is not listed is trueup's own, or refused. */
import type { Effect } from '../../model/change.ts';

/** kind makes a cluster once and changes nothing of it: what is in place here goes through the API, or into its nodes. */
const FIELDS: Readonly<Record<string, Effect>> = {
  kubernetes_version: 'replace',
  nodes: 'in_place',
  port_mappings: 'replace',
  mounts: 'replace',
  // A file in each node, which containerd reads whenever it fetches an image.
  registry_mirrors: 'in_place',
  pod_subnet: 'replace',
  service_subnet: 'replace',
  feature_gates: 'replace',
  driver_options: 'replace',
  addons: 'in_place',
  kubeconfig: 'in_place',
  labels: 'in_place',
  dependencies: 'in_place',
  protect: 'in_place',
  deletion_policy: 'in_place',
  // No fields of a manifest. What is damaged is made anew in the cluster; where it is lost, the cluster is.
  damage: 'in_place',
  lost: 'replace',
  run_state: 'in_place',
};

export const FIELD_NAMES: readonly string[] = Object.keys(FIELDS);

/** `names` are those of the path. A node cannot be added, nor taken out. */
export function effectOf([field = '', , part]: readonly string[]): Effect {
  if (field === 'nodes' && part === 'count') return 'replace';
  return FIELDS[field] ?? 'unsupported';
}
