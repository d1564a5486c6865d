/** Makes a cluster: its node containers, and all that kind puts into them. It is whole once the file that we keep in it is there. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Address } from '../../../model/address.ts';
import { TrueupError } from '../../../model/failure.ts';
import type { JsonObject } from '../../../model/json.ts';
import { createCluster, deleteCluster } from '../commands/kind.ts';
import { ownershipFor } from '../../owner-mark.ts';
import { damageOf } from '../observe/damage.ts';
import { lookAtCluster } from '../observe/look-at-cluster.ts';
import type { NodeSight } from '../observe/nodes.ts';
import type { ClusterSight } from '../observe/sight.ts';
import { assertMakeable } from './assert-makeable.ts';
import { type Changing, meantBy } from './changing.ts';
import { clusterDocument } from './document.ts';
import { endLeftOver } from './left-over.ts';
import { writeMirrors } from './mirrors.ts';
import { nodeImage } from './node-image.ts';
import { knownNodes, ownNodes } from './own-nodes.ts';
import { writeNotes } from './write-notes.ts';

const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;

export interface Creating {
  readonly address: Address;
  readonly name: string;
  readonly config: JsonObject;
}

/** Idempotent: one that works stays, and what an earlier run did not get to the end of is made anew. */
export async function createWhole(changing: Changing, { address, name, config }: Creating): Promise<JsonObject> {
  const { context } = changing;
  const { signal } = context;
  const meant = meantBy(changing, name);
  await endLeftOver(meant, signal);
  const found = await ownNodes(changing, name);
  if (found.length > 0) {
    const sight = await decided(changing, name, found);
    if (damageOf(sight).lost === null) {
      if (sight.files.kept === null) await finish(changing, found, config);
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

/** Neither is a cluster taken away that may work, nor is one called whole that may not. */
async function decided(
  { docker, context }: Changing,
  name: string,
  nodes: readonly NodeSight[],
): Promise<ClusterSight> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const sight = await lookAtCluster(docker, name, nodes, context.signal);
    if (sight.files.kept !== null || sight.live !== null || damageOf(sight).lost !== null) return sight;
    if (performance.now() > deadline)
      throw new TrueupError('step_failed', `nobody can tell whether ${name} was made whole: its API does not answer`, {
        retryable: true,
        next: 'apply again, or with `--replace` if nothing in it is needed',
      });
    await delay(PAUSE_MS, undefined, { signal: context.signal });
  }
}

async function finish(changing: Changing, nodes: readonly NodeSight[], config: JsonObject): Promise<void> {
  await writeMirrors(changing, nodes, config);
  await writeNotes(changing, nodes, config, []);
}
