/** The kubeconfigs that a cluster's context is declared to be in. */
import { type JsonObject, memberAt } from '../../../model/json.ts';
import type { Switching } from './edit.ts';
import { userKubeconfigs } from './files.ts';

export interface WantedKubeconfig {
  readonly path: string;
  readonly switching: Switching;
  /** Whether it is the one that kubectl reads by itself. */
  readonly merged: boolean;
}

/**
 * A file of its own leads to the cluster without further words, as long as nothing else in it does. `mergedInto` is the one that
 * kubectl reads, where that was settled before: another shell may name another one.
 */
export function wantedKubeconfigs(
  config: JsonObject,
  mergedInto: string = userKubeconfigs()[0],
): readonly WantedKubeconfig[] {
  const own = memberAt(config, 'kubeconfig', 'path');
  const isMerged = memberAt(config, 'kubeconfig', 'merge') === true;
  const isSwitched = memberAt(config, 'kubeconfig', 'switch_context') === true;
  const isBoth = isMerged && own === mergedInto;
  return [
    ...(typeof own === 'string' ? [{ path: own, switching: isSwitched || ('if_none' as const), merged: isBoth }] : []),
    ...(isMerged && !isBoth ? [{ path: mergedInto, switching: isSwitched, merged: true }] : []),
  ];
}
