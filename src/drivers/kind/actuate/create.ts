/** Makes a cluster: its node containers, and all that kind puts into them. It is whole once the file that we keep in it is there. */
import type { Address } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { createCluster, deleteCluster } from '../commands/kind.ts';
import { ownershipFor } from '../../owner-mark.ts';
import { KEPT_FILE, keptText } from '../marks.ts';
import { firstControlPlane, lookAtFiles } from '../observe/look.ts';
import type { NodeSight } from '../observe/nodes.ts';
import type { Changing } from './changing.ts';
import { clusterDocument } from './document.ts';
import { endLeftOver } from './left-over.ts';
import { writeMirrors } from './mirrors.ts';
import { nodeImage } from './node-image.ts';
import { knownNodes, ownNodes } from './own-nodes.ts';
import { assertPortsFree } from './ports.ts';
import { writeNodeFiles } from './write-files.ts';

export interface Creating {
  readonly address: Address;
  readonly name: string;
  readonly config: JsonObject;
}

/** Idempotent: one that is whole stays, and what an earlier run did not get to the end of is made anew. */
export async function createWhole(changing: Changing, { address, name, config }: Creating): Promise<JsonObject> {
  const { docker, context } = changing;
  const { signal } = context;
  await endLeftOver(name, signal);
  const found = await ownNodes(changing, name);
  if (found.length > 0) {
    if ((await lookAtFiles(docker, found, signal)).kept !== null) return {};
    context.progress(`removing what was made of ${name} by half`);
    await deleteCluster(docker.engine, name, signal);
  }
  await assertPortsFree(changing, config, [name]);
  const image = await nodeImage(changing, config);
  const document = clusterDocument(config, ownershipFor(address, context));
  context.progress('making its nodes');
  await createCluster(docker.engine, { cluster: name, document, image }, signal);
  const nodes = await knownNodes(changing, name);
  await writeMirrors(changing, nodes, config);
  await writeKept(changing, nodes, config);
  return { image, nodes: nodes.map((node) => node.name) };
}

export async function writeKept(changing: Changing, nodes: readonly NodeSight[], config: JsonObject): Promise<void> {
  const first = firstControlPlane(nodes);
  if (first === null)
    throw new TrueupError('object_missing', 'its control plane node is gone', { next: 'apply again' });
  await writeNodeFiles(changing, first, { [KEPT_FILE]: keptText(config) });
}
