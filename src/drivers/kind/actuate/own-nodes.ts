/** The nodes of a cluster that is ours. What carries another mark, or none, is never touched, whatever a step says. */
import { TrueupError } from '../../../model/failure.ts';
import { lookAtNodesOf } from '../observe/look.ts';
import type { NodeSight } from '../observe/nodes.ts';
import type { Changing } from './changing.ts';

/** Empty where there is none. */
export async function ownNodes({ docker, context }: Changing, cluster: string): Promise<readonly NodeSight[]> {
  const nodes = await lookAtNodesOf(docker, cluster, context.signal);
  const foreign = nodes.find(({ ownership }) => ownership === null || !context.owners.includes(ownership.owner));
  if (foreign === undefined) return nodes;
  const whose = foreign.ownership?.checkout ?? null;
  throw new TrueupError(
    'name_in_use',
    `cluster ${cluster} is not ours${whose === null ? '' : `, but of the checkout ${whose}`}`,
    { fields: { cluster, node: foreign.name }, next: '`kind get clusters` lists the clusters: rename one of the two' },
  );
}

export async function knownNodes(changing: Changing, cluster: string): Promise<readonly NodeSight[]> {
  const nodes = await ownNodes(changing, cluster);
  if (nodes.length > 0) return nodes;
  throw new TrueupError('object_missing', `cluster ${cluster} is gone`, { fields: { cluster }, next: 'apply again' });
}
