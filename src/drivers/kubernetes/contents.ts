/** What is in a cluster beyond what every cluster has: it is lost where the cluster is made anew. */
import { isJsonObject, type JsonObject, memberAt } from '../../model/json.ts';
import type { ClusterApi } from './api/answer.ts';
import { listObjects } from './api/lists.ts';
import { nameOf } from './ladder/nodes.ts';

/** Phrases such as `2 namespaces (shop, tools)`; empty for nothing. */
export async function whatGoesAlong(api: ClusterApi, signal: AbortSignal): Promise<readonly string[]> {
  const [namespaces, volumes, pods] = await Promise.all(
    ['namespaces', 'persistentvolumes', 'pods'].map(async (kind) => listObjects(api, `/api/v1/${kind}`, signal)),
  );
  const own = (namespaces?.items ?? []).map(nameOf).filter((name) => !OF_EVERY_CLUSTER.has(name));
  const running = (pods?.items ?? []).filter((pod) => !isOfTheSystem(pod));
  return [
    ...phrase('namespace', own),
    ...phrase('persistent volume', (volumes?.items ?? []).map(nameOf)),
    ...(running.length === 0 ? [] : [counted('pod', running.length)]),
  ];
}

const OF_EVERY_CLUSTER: ReadonlySet<string> = new Set([
  'default',
  'kube-node-lease',
  'kube-public',
  'kube-system',
  // Of kind: what gives it volumes.
  'local-path-storage',
]);

function isOfTheSystem(pod: JsonObject): boolean {
  const metadata = pod['metadata'] ?? null;
  const namespace = isJsonObject(metadata) ? memberAt(metadata, 'namespace') : null;
  return typeof namespace === 'string' && namespace !== 'default' && OF_EVERY_CLUSTER.has(namespace);
}

const MOST_NAMES = 5;

function phrase(noun: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const told = names.slice(0, MOST_NAMES).join(', ');
  return [`${counted(noun, names.length)} (${told}${names.length > MOST_NAMES ? ', …' : ''})`];
}

function counted(noun: string, count: number): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
