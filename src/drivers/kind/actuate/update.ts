/** Writes down in a cluster what changes in place, whether it runs or not. */
import type { JsonObject } from '../../../model/json.ts';
import { lookAtCluster } from '../observe/look-at-cluster.ts';
import { lookAtFiles } from '../observe/look.ts';
import type { NodeSight } from '../observe/nodes.ts';
import { runStateOf } from '../observe/run-state.ts';
import type { ClusterSight } from '../observe/sight.ts';
import type { Changing } from './changing.ts';
import { dropContexts } from './contexts.ts';
import { writeMirrors } from './mirrors.ts';
import { knownNodes } from './own-nodes.ts';
import { settle } from './settle.ts';
import { writeNotes } from './write-notes.ts';

/** Idempotent. */
export async function updateCluster(changing: Changing, name: string, config: JsonObject): Promise<JsonObject> {
  const { docker, context } = changing;
  const nodes = await knownNodes(changing, name);
  await settleIfItCan(changing, name, nodes, config);
  const { kept, kubeconfigs } = await lookAtFiles(docker, nodes, context.signal);
  const remaining = await dropContexts(changing, name, kubeconfigs, config);
  await writeMirrors(changing, nodes, config);
  if (kept !== null) await writeNotes(changing, nodes, config, remaining);
  else context.progress(`${name} gets our note once it runs, and was seen to be whole`);
  return {};
}

async function settleIfItCan(
  changing: Changing,
  name: string,
  nodes: readonly NodeSight[],
  config: JsonObject,
): Promise<void> {
  const { docker, context } = changing;
  const { kept } = await lookAtFiles(docker, nodes, context.signal);
  if (kept !== null) return;
  if (canTell(await lookAtCluster(docker, name, nodes, context.signal))) await settle(changing, name, config);
}

/** Whether its API answers, or may. What is at rest is started after this, and what is harmed is mended then: it settles after that. */
export function canTell({ live, harm, nodes }: Pick<ClusterSight, 'live' | 'harm' | 'nodes'>): boolean {
  if (live !== null) return true;
  return runStateOf(nodes) === 'running' && harm.missing.length === 0 && harm.expired.length === 0;
}
