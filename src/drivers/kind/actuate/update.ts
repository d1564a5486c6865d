/** Writes down in a cluster what changes in place, whether it runs or not. */
import type { JsonObject } from '../../../model/json.ts';
import { lookAtCluster } from '../observe/look-at-cluster.ts';
import { lookAtFiles } from '../observe/look.ts';
import { runStateOf } from '../observe/run-state.ts';
import type { ClusterSight } from '../observe/sight.ts';
import type { Changing } from './changing.ts';
import { dropContexts } from './contexts.ts';
import { createWhole, type Creating } from './create.ts';
import { writeMirrors } from './mirrors.ts';
import { knownNodes } from './own-nodes.ts';
import { writeNotes } from './write-notes.ts';

/** Idempotent. */
export async function updateCluster(changing: Changing, creating: Creating): Promise<JsonObject> {
  const { docker, context } = changing;
  const { name, config } = creating;
  await settle(changing, creating);
  const nodes = await knownNodes(changing, name);
  const { kubeconfigs } = await lookAtFiles(docker, nodes, context.signal);
  const remaining = await dropContexts(changing, name, kubeconfigs, config);
  await writeMirrors(changing, nodes, config);
  await writeNotes(changing, nodes, config, remaining);
  return {};
}

/** Our notes say that a cluster is whole: they are written only into one that was seen to be, and what was made by half is made anew. */
async function settle(changing: Changing, creating: Creating): Promise<void> {
  const { docker, context } = changing;
  const nodes = await knownNodes(changing, creating.name);
  const { kept } = await lookAtFiles(docker, nodes, context.signal);
  if (kept !== null) return;
  const sight = await lookAtCluster(docker, creating.name, nodes, context.signal);
  if (isUndecided(sight)) await createWhole(changing, creating);
}

/** Pure. */
export function isUndecided({ files, harm, nodes }: Pick<ClusterSight, 'files' | 'harm' | 'nodes'>): boolean {
  if (files.kept !== null || runStateOf(nodes) !== 'running') return false;
  // What is harmed cannot answer before it is mended, which comes after this.
  return harm.missing.length === 0 && harm.expired.length === 0;
}
