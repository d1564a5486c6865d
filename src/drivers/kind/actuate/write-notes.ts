/** Writes down in a cluster what has no other place in it. */
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { NotedKubeconfig } from '../../kubernetes/kubeconfig/noted.ts';
import { KEPT_FILE, notesText } from '../marks.ts';
import { firstControlPlane } from '../observe/look.ts';
import type { NodeSight } from '../observe/nodes.ts';
import type { Changing } from './changing.ts';
import { writeNodeFiles } from './write-files.ts';

export async function writeNotes(
  changing: Changing,
  nodes: readonly NodeSight[],
  config: JsonObject,
  kubeconfigs: readonly NotedKubeconfig[],
): Promise<void> {
  const first = firstControlPlane(nodes);
  if (first === null)
    throw new TrueupError('object_missing', 'its control plane node is gone', { next: 'apply again' });
  await writeNodeFiles(changing, first, { [KEPT_FILE]: notesText(config, kubeconfigs) });
}
