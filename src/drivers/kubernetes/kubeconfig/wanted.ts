/** The kubeconfigs that a cluster's context is declared to be in. */
import { type JsonObject, memberAt } from '../../../model/json.ts';
import type { Switching } from './edit.ts';
import { userKubeconfigs } from './files.ts';

export interface WantedKubeconfig {
  readonly path: string;
  readonly switching: Switching;
}

/** A file of its own leads to the cluster without further words, as long as nothing else in it does. */
export function wantedKubeconfigs(config: JsonObject): readonly WantedKubeconfig[] {
  const own = memberAt(config, 'kubeconfig', 'path');
  const isMerged = memberAt(config, 'kubeconfig', 'merge') === true;
  const isSwitched = memberAt(config, 'kubeconfig', 'switch_context') === true;
  return [
    ...(typeof own === 'string' ? [{ path: own, switching: isSwitched || ('if_none' as const) }] : []),
    ...(isMerged ? [{ path: userKubeconfigs()[0], switching: isSwitched }] : []),
  ];
}
