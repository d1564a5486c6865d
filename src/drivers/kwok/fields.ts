/** The fields that this engine carries, and what a change of each takes. What is not listed is trueup's own, or refused. */
import type { Effect } from '../../model/change.ts';
import type { Json } from '../../model/json.ts';

type Rule = 'in_place' | 'restart' | 'replace' | 'run_state';

const FIELDS: Readonly<Record<string, Rule>> = {
  // kwokctl writes these into its file once, and reads no later edit.
  kubernetes_version: 'replace',
  pod_subnet: 'replace',
  service_subnet: 'replace',
  feature_gates: 'replace',
  // Objects of the API, files of ours, and the mark.
  nodes: 'in_place',
  addons: 'in_place',
  kubeconfig: 'in_place',
  labels: 'in_place',
  dependencies: 'in_place',
  protect: 'in_place',
  deletion_policy: 'in_place',
  // No fields of a manifest. What is damaged is made anew around the data; where that is lost, all is.
  damage: 'restart',
  lost: 'replace',
  run_state: 'run_state',
};

export const FIELD_NAMES: readonly string[] = Object.keys(FIELDS);

export function effectOf(field: string, before: Json, after: Json): Effect {
  const rule = FIELDS[field];
  switch (rule) {
    case undefined:
      return 'unsupported';
    case 'run_state':
      // Where a part of it is gone, all of it is brought down before it is started again.
      return before === 'dead' && after === 'running' ? 'restart' : 'in_place';
    case 'in_place':
    case 'restart':
    case 'replace':
      return rule;
    default:
      return rule satisfies never;
  }
}
