/** Writes down in a cluster what changes in place, whether it runs or not. */
import type { JsonObject } from '../../../model/json.ts';
import { lookAtFiles } from '../observe/look.ts';
import type { Changing } from './changing.ts';
import { dropContexts } from './contexts.ts';
import { writeKept } from './create.ts';
import { writeMirrors } from './mirrors.ts';
import { knownNodes } from './own-nodes.ts';

/** Idempotent. */
export async function updateCluster(changing: Changing, name: string, config: JsonObject): Promise<JsonObject> {
  const nodes = await knownNodes(changing, name);
  const { kept } = await lookAtFiles(changing.docker, nodes, changing.context.signal);
  await dropContexts(changing, name, kept ?? {}, config);
  await writeMirrors(changing, nodes, config);
  await writeKept(changing, nodes, config);
  return {};
}
