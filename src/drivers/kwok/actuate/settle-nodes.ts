/** The worker nodes of a cluster as they are declared: made, changed, and taken away from the end. */
import { TrueupError } from '../../../model/failure.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import { type ApiRequest, type ClusterApi, complaintOf, isOk } from '../../kubernetes/api/answer.ts';
import { listObjects } from '../../kubernetes/api/lists.ts';
import { nameOf } from '../../kubernetes/ladder/nodes.ts';
import { isWorker, nodePatch, workerNodes } from './worker-nodes.ts';

const NODES = '/api/v1/nodes';

/** Nodes of others stay as they are. */
export async function settleNodes(api: ClusterApi, cluster: string, workers: Json, signal: AbortSignal): Promise<void> {
  const wanted = workerNodes(cluster, workers);
  const found = new Map((await listObjects(api, NODES, signal)).items.map((node) => [nameOf(node), node] as const));
  const names = new Set(wanted.map(nameOf));
  for (const node of wanted) {
    const live = found.get(nameOf(node));
    if (live !== undefined && !isWorker(live)) throw foreign(nameOf(node));
    const request = live === undefined ? creation(node) : change(live, node);
    if (request !== null) await must(api, request, nameOf(node), signal);
  }
  const surplus = [...found.values()].filter((node) => isWorker(node) && !names.has(nameOf(node)));
  for (const node of surplus.toReversed())
    await must(api, { method: 'DELETE', path: pathOf(node) }, nameOf(node), signal);
}

function foreign(node: string): TrueupError {
  return new TrueupError('name_in_use', `the node ${node} is there already, and trueup did not make it`, {
    fields: { node },
    next: `remove it (\`trueup kubectl … -- delete node ${node}\`), or give the cluster another \`name:\``,
  });
}

function creation(node: JsonObject): ApiRequest {
  return { method: 'POST', path: NODES, body: node };
}

function change(live: JsonObject, wanted: JsonObject): ApiRequest | null {
  const patch = nodePatch(live, wanted);
  return patch === null
    ? null
    : { method: 'PATCH', path: pathOf(wanted), body: patch, contentType: 'application/merge-patch+json' };
}

function pathOf(node: JsonObject): string {
  return `${NODES}/${encodeURIComponent(nameOf(node))}`;
}

/** What came or went meanwhile is as it should be. */
const SETTLED: Readonly<Record<string, number>> = { POST: 409, DELETE: 404 };

async function must(api: ClusterApi, request: ApiRequest, name: string, signal: AbortSignal): Promise<void> {
  const answer = await api.ask(request, signal);
  if (isOk(answer) || answer.status === SETTLED[request.method ?? 'GET']) return;
  throw new TrueupError('step_failed', `node ${name}: ${complaintOf(answer)}`, {
    fields: { node: name, status: answer.status },
    next: 'repair what the message names, and apply again',
  });
}
