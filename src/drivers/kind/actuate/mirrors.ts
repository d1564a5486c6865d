/** Tells the nodes of a cluster where images are fetched from. They need no restart for it. */
import type { JsonObject } from '../../../model/json.ts';
import { MIRRORS_FOLDER, mirrorFiles, readMirrors } from '../nodes/mirrors.ts';
import { podNodes } from '../observe/look.ts';
import { readNodeFiles } from '../observe/node-files.ts';
import type { NodeSight } from '../observe/nodes.ts';
import type { Changing } from './changing.ts';
import { writeNodeFiles } from './write-files.ts';

/** Idempotent. What is declared no more is emptied: a node that is stopped gives nothing away. */
export async function writeMirrors(changing: Changing, nodes: readonly NodeSight[], config: JsonObject): Promise<void> {
  const { docker, context } = changing;
  const declared = config['registry_mirrors'] ?? {};
  await Promise.all(
    podNodes(nodes).map(async (node) => {
      const present = readMirrors(await readNodeFiles(docker, node.id, MIRRORS_FOLDER, context.signal));
      const none = Object.fromEntries(Object.keys(present).map((registry) => [registry, []]));
      const files = { ...mirrorFiles(none), ...mirrorFiles(declared) };
      const placed = Object.entries(files).map(([path, text]) => [`${MIRRORS_FOLDER}/${path}`, text] as const);
      await writeNodeFiles(changing, node, Object.fromEntries(placed));
    }),
  );
}
