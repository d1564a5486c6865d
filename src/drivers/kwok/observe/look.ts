/** Looks at a whole cluster: its folder, its processes, its contexts, and what its API server says. Changes nothing. */
import type { ClusterApi } from '../../kubernetes/api/answer.ts';
import { isAway } from '../../kubernetes/api/problems.ts';
import type { ClusterSight } from './cluster-object.ts';
import { lookForDamage } from './damage.ts';
import { kubeconfigsLeadTo } from './leading.ts';
import { lookAtLive } from './live.ts';
import type { FolderSight } from './look-at-folder.ts';

export interface WholeLook {
  readonly connect: (folder: string) => Promise<ClusterApi>;
  readonly signal: AbortSignal;
}

/** Whatever its API server says is asked for only where it can be expected to say something. */
export async function lookAtWhole(sight: FolderSight, { connect, signal }: WholeLook): Promise<ClusterSight> {
  const { folder, settings, components } = sight;
  const harm = await lookForDamage(folder, settings, new Date());
  const answers = components.some(({ name, state }) => name === 'kube-apiserver' && state === 'running');
  const [live, kubeconfig] = await Promise.all([
    answers && harm.damage === null ? connect(folder).then((api) => lookAtLive(api, signal), unreachable) : null,
    kubeconfigsLeadTo(sight),
  ]);
  return { ...sight, ...harm, live, kubeconfig };
}

/** What cannot be connected to says nothing. */
function unreachable(error: unknown): null {
  if (isAway(error)) return null;
  throw error;
}
