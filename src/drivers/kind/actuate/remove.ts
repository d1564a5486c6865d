/** Takes a cluster away, with all that is in it, and with the contexts that led to it. */
import type { JsonObject } from '../../../model/json.ts';
import { deleteCluster } from '../commands/kind.ts';
import { lookAtFiles } from '../observe/look.ts';
import { type Changing, meantBy } from './changing.ts';
import { dropContexts } from './contexts.ts';
import { endLeftOver } from './left-over.ts';
import { ownNodes } from './own-nodes.ts';

/** Idempotent: what is gone is done. */
export async function removeCluster(changing: Changing, name: string): Promise<JsonObject> {
  const { docker, context } = changing;
  const meant = meantBy(changing, name);
  await endLeftOver(meant, context.signal);
  const nodes = await ownNodes(changing, name);
  if (nodes.length === 0) return { skipped: true };
  const { kubeconfigs } = await lookAtFiles(docker, nodes, context.signal);
  // The nodes say where contexts are: they go last.
  await dropContexts(changing, name, kubeconfigs, {});
  await deleteCluster(meant, context.signal);
  return {};
}
