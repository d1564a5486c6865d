/** Makes a cluster: its node containers, and all that kind puts into them. It is whole once the file that we keep in it is there. */
import type { Address } from '../../../model/address.ts';
import type { JsonObject } from '../../../model/json.ts';
import { createCluster, deleteCluster } from '../commands/kind.ts';
import { ownershipFor } from '../../owner-mark.ts';
import { lookAtFiles } from '../observe/look.ts';
import type { NodeSight } from '../observe/nodes.ts';
import { assertMakeable } from './assert-makeable.ts';
import { type Changing, meantBy } from './changing.ts';
import { clusterDocument } from './document.ts';
import { decideFate, undecided } from './fate.ts';
import { endLeftOver } from './left-over.ts';
import { writeMirrors } from './mirrors.ts';
import { nodeImage } from './node-image.ts';
import { knownNodes, ownNodes } from './own-nodes.ts';
import { writeNotes } from './write-notes.ts';

interface Creating {
  readonly address: Address;
  readonly name: string;
  readonly config: JsonObject;
}

/** Idempotent: one with our note stays, and so does one that works; what an earlier run did not get to the end of is made anew. */
export async function createWhole(changing: Changing, { address, name, config }: Creating): Promise<JsonObject> {
  const { docker, context } = changing;
  const { signal } = context;
  const meant = meantBy(changing, name);
  await endLeftOver(meant, signal);
  const found = await ownNodes(changing, name);
  if (found.length > 0) {
    const { kept } = await lookAtFiles(docker, found, signal);
    // One that was whole is no more made by half: what has become of it since, the next plan tells.
    if (kept !== null) return {};
    const fate = await decideFate(changing, name);
    if (fate.state === 'unknown') throw undecided(name);
    if (fate.state === 'stays') {
      await finish(changing, found, config);
      return {};
    }
    context.progress(`removing what was made of ${name} by half`);
    await deleteCluster(meant, signal);
  }
  await assertMakeable(changing, config, [name]);
  const image = await nodeImage(changing, config);
  const document = clusterDocument(config, ownershipFor(address, context));
  context.progress('making its nodes');
  await createCluster(meant, { document, image }, signal);
  const nodes = await knownNodes(changing, name);
  await finish(changing, nodes, config);
  return { image, nodes: nodes.map((node) => node.name) };
}

async function finish(changing: Changing, nodes: readonly NodeSight[], config: JsonObject): Promise<void> {
  await writeMirrors(changing, nodes, config);
  await writeNotes(changing, nodes, config, []);
}
