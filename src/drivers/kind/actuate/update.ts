/** Writes down in a cluster what changes in place, whether it runs or not. */
import type { JsonObject } from '../../../model/json.ts';
import { lookAtFiles } from '../observe/look.ts';
import type { Changing } from './changing.ts';
import { dropContexts } from './contexts.ts';
import { writeMirrors } from './mirrors.ts';
import { knownNodes } from './own-nodes.ts';
import { writeNotes } from './write-notes.ts';

/** Idempotent. */
export async function updateCluster(changing: Changing, name: string, config: JsonObject): Promise<JsonObject> {
  const nodes = await knownNodes(changing, name);
  const { kubeconfigs } = await lookAtFiles(changing.docker, nodes, changing.context.signal);
  const remaining = await dropContexts(changing, name, kubeconfigs, config);
  await writeMirrors(changing, nodes, config);
  await writeNotes(changing, nodes, config, remaining);
  return {};
}
