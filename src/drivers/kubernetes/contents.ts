/** What is in a cluster beyond what every cluster has: it is lost where the cluster is made anew. */
import { isJsonObject, type JsonObject, memberAt } from '../../model/json.ts';
import type { ObservedObject } from '../../model/observed.ts';
import type { ClusterApi } from './api/answer.ts';
import { listObjects } from './api/lists.ts';
import { loadedImages } from './loaded-images.ts';
import { nameOf } from './ladder/nodes.ts';

/** Phrases, one for each kind of thing; empty for nothing. */
export interface Contents {
  /** `2 namespaces (shop, tools)` */
  readonly objects: readonly string[];
  /** `1 image in its nodes (app:1)` */
  readonly images: readonly string[];
}

/** Nodes are asked for by everybody who asks for this: they come along. */
export async function askContents(
  api: ClusterApi,
  nodes: Promise<{ readonly items: readonly JsonObject[] }>,
  signal: AbortSignal,
): Promise<Contents> {
  const [namespaces, volumes, pods] = await Promise.all(
    ['namespaces', 'persistentvolumes', 'pods'].map(async (kind) => listObjects(api, `/api/v1/${kind}`, signal)),
  );
  const own = (namespaces?.items ?? []).map(nameOf).filter((name) => !OF_EVERY_CLUSTER.has(name));
  const running = (pods?.items ?? []).filter((pod) => !isOfTheSystem(pod));
  const { names, isCut } = loadedImages((await nodes).items);
  return {
    objects: [
      ...phrase('namespace', own),
      ...phrase('persistent volume', (volumes?.items ?? []).map(nameOf)),
      ...(running.length === 0 ? [] : [counted('pod', running.length)]),
    ],
    images: phrase('image', names, ' in its nodes').map((text) => (isCut ? `at least ${text}` : text)),
  };
}

/** `null` for what nobody could ask; `isEmpty` where nothing can be in it. What is lost is said, also where nobody knows what it is. */
export function goesAlong(contents: Contents | null, isEmpty: boolean): Pick<ObservedObject, 'goes_along'> {
  const untold = isEmpty ? [] : [UNTOLD];
  const phrases = contents === null ? untold : [...contents.objects, ...contents.images];
  return phrases.length === 0 ? {} : { goes_along: phrases };
}

const UNTOLD = 'all that is in it, which only its API server could tell';

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

function phrase(noun: string, names: readonly string[], where: string = ''): readonly string[] {
  if (names.length === 0) return [];
  const told = names.slice(0, MOST_NAMES).join(', ');
  return [`${counted(noun, names.length)}${where} (${told}${names.length > MOST_NAMES ? ', …' : ''})`];
}

function counted(noun: string, count: number): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
