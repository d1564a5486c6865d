/**
 * The ladder of a cluster, lowest rung first: what it is made of runs, its API server is ready, its nodes are, what the control
 * plane runs in pods is, and pods may be made. The first rung that is not met is the reason; what is above is not asked for.
 */
import type { JsonObject } from '../../../model/json.ts';
import type { Rung } from '../../../model/readiness.ts';
import { type ClusterApi, complaintOf } from '../api/answer.ts';
import { askFirst } from '../api/ask-first.ts';
import { listObjects, readObject } from '../api/lists.ts';
import { isAway } from '../api/problems.ts';
import { nodesReason } from './nodes.ts';
import { systemPodsReason } from './system-pods.ts';

export interface Ladder {
  /** What the driver knows of its node containers or processes: why they are not all up, or `null`. */
  readonly base: { readonly name: 'nodes' | 'processes'; readonly reason: string | null };
  /** Asked for only where the base stands. */
  api(): Promise<ClusterApi>;
  /** How many nodes there have to be. */
  readonly nodes: number;
  /** Whether what the control plane runs in pods counts. */
  readonly systemPods: boolean;
}

/** Why a rung is not reached; `null` for reached. */
type Reason = string | null;

export async function climb(ladder: Ladder, signal: AbortSignal): Promise<readonly Rung[]> {
  const checks: readonly (readonly [string, (api: ClusterApi, signal: AbortSignal) => Promise<Reason>])[] = [
    ['api', apiReason],
    ['nodes_ready', async (api) => nodesReason((await listObjects(api, NODES, signal)).items, ladder.nodes)],
    ...(ladder.systemPods ? [['system_pods', systemReason] as const] : []),
    ['default_service_account', accountReason],
  ];
  const { base } = ladder;
  const rungs: Rung[] = [rung(base.name, base.reason)];
  for (const [name, check] of base.reason === null ? checks : []) {
    const reason = await reasonOf(async () => check(await ladder.api(), signal), signal);
    rungs.push(rung(name, reason));
    if (reason !== null) break;
  }
  return rungs;
}

const NODES = '/api/v1/nodes';

function rung(name: string, reason: Reason): Rung {
  return { name, met: reason === null, reason };
}

/** What does not answer is a rung that is not met. */
async function reasonOf(check: () => Promise<Reason>, signal: AbortSignal): Promise<Reason> {
  try {
    return await check();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && isAway(error)) return error.message;
    throw error;
  }
}

async function apiReason(api: ClusterApi, signal: AbortSignal): Promise<Reason> {
  const answer = await askFirst(api, { path: '/readyz', query: { verbose: '' } }, signal);
  // Servers from before there was a readyz.
  if (answer.status === 404)
    return (await api.ask({ path: '/healthz' }, signal)).status === 200 ? null : complaintOf(answer);
  return answer.status === 200 ? null : failedChecks(answer.text, complaintOf(answer));
}

/** `[-]etcd failed: reason withheld` in a list of checks that mostly begin with `[+]`. */
function failedChecks(text: string, otherwise: string): string {
  const failed = [...text.matchAll(/^\[-\](\S+)/gm)].map((match) => match[1] ?? '');
  return failed.length === 0
    ? `the API server is not ready: ${otherwise}`
    : `the API server is not ready: ${failed.join(', ')}`;
}

async function systemReason(api: ClusterApi, signal: AbortSignal): Promise<Reason> {
  const items = async (group: string, kind: string): Promise<readonly JsonObject[]> =>
    (await listObjects(api, `${group}/namespaces/kube-system/${kind}`, signal)).items;
  const [deployments, daemonSets, pods] = await Promise.all([
    items('/apis/apps/v1', 'deployments'),
    items('/apis/apps/v1', 'daemonsets'),
    items('/api/v1', 'pods'),
  ]);
  return systemPodsReason({ deployments, daemonSets, pods });
}

async function accountReason(api: ClusterApi, signal: AbortSignal): Promise<Reason> {
  const found = await readObject(api, '/api/v1/namespaces/default/serviceaccounts/default', signal);
  return found === null ? 'there is no default service account yet, so no pod can be made' : null;
}
