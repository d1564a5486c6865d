/** Starts and stops the node containers of a cluster, in the order that they need. */
import type { JsonObject } from '../../../model/json.ts';
import { ROLES } from '../names.ts';
import type { NodeSight } from '../observe/nodes.ts';
import type { Changing } from './changing.ts';
import { mendControlPlane } from './mend-control-plane.ts';
import { knownNodes, ownNodes } from './own-nodes.ts';

const START_TIMEOUT_MS = 120_000;
/** A node that does not end by then is ended by force: what its etcd has promised is on its disk. */
const GRACE_SECONDS = 20;
const STOP_TIMEOUT_MS = 120_000;

/** Idempotent: what runs goes on, what is paused does again, and what its control plane cannot start without is made anew. */
export async function startNodes(changing: Changing, cluster: string): Promise<JsonObject> {
  const { docker, context } = changing;
  const nodes = await knownNodes(changing, cluster);
  const started: string[] = [];
  for (const node of nodes) {
    if (node.state === 'running') continue;
    const verb = node.state === 'paused' ? 'unpause' : 'start';
    // One after the other: they get the addresses that they had, as long as nobody else took them.
    await docker.must([verb, node.id], context.signal, { timeoutMs: START_TIMEOUT_MS });
    started.push(node.name);
  }
  const mended = await mendControlPlane(changing, cluster, await knownNodes(changing, cluster), {
    isStarting: started.length > 0,
  });
  return { started, ...(mended.length === 0 ? {} : { mended }) };
}

/** Idempotent: what is off stays off, and what is gone is done. Control planes go last. */
export async function stopNodes(changing: Changing, cluster: string): Promise<JsonObject> {
  const { docker, context } = changing;
  const nodes = await ownNodes(changing, cluster);
  const stopped: string[] = [];
  for (const role of ROLES.toReversed()) {
    const up = nodes.filter((node) => node.role === role && ['running', 'paused', 'restarting'].includes(node.state));
    await Promise.all(up.map((node) => stopNode(node)));
    stopped.push(...up.map(({ name }) => name));
  }
  return { stopped };

  async function stopNode({ id, state }: NodeSight): Promise<void> {
    // What is paused hears no signal.
    if (state === 'paused') await docker.must(['unpause', id], context.signal);
    await docker.must(['stop', '--time', String(GRACE_SECONDS), id], context.signal, { timeoutMs: STOP_TIMEOUT_MS });
  }
}
