/**
 * Whether kind got to the end of making a cluster, or somebody uses what there is of it: so is one judged that has no note of ours.
 * After the control plane, kind puts in the network, then the storage class, and then has the other nodes join.
 */
import { type JsonObject, memberAt } from '../../../model/json.ts';
import type { ClusterApi } from '../../kubernetes/api/answer.ts';
import { isNotFound, listObjects } from '../../kubernetes/api/lists.ts';
import { nameOf } from '../../kubernetes/ladder/nodes.ts';
import { podNodes } from './look.ts';
import type { NodeSight } from './nodes.ts';

const STORAGE_CLASSES = '/apis/storage.k8s.io/v1/storageclasses';

/** What anybody may have put in: of what controllers make, what they make it from is enough. */
const USES: readonly string[] = [
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  ...['configmaps', 'secrets', 'services', 'serviceaccounts', 'persistentvolumeclaims', 'replicationcontrollers'].map(
    (kind) => `/api/v1/namespaces/default/${kind}`,
  ),
  ...[
    'apps/v1/deployments',
    'apps/v1/replicasets',
    'apps/v1/statefulsets',
    'apps/v1/daemonsets',
    'batch/v1/jobs',
    'batch/v1/cronjobs',
    'networking.k8s.io/v1/ingresses',
    'networking.k8s.io/v1/networkpolicies',
    'rbac.authorization.k8s.io/v1/roles',
    'rbac.authorization.k8s.io/v1/rolebindings',
  ].map((kind) => `/apis/${kind.replace(/\/(\w+)$/, '/namespaces/default/$1')}`),
];

/** What every cluster has in `default`. */
const OF_EVERY_CLUSTER: ReadonlySet<string> = new Set([
  'services/kubernetes',
  'configmaps/kube-root-ca.crt',
  'serviceaccounts/default',
]);
/** Older ones have a secret for each account. */
const TOKEN = 'kubernetes.io/service-account-token';

/** `containers` are its nodes as the engine has them, `joined` as its API does. */
export async function isMade(
  api: ClusterApi,
  containers: readonly NodeSight[],
  joined: readonly JsonObject[],
  signal: AbortSignal,
): Promise<boolean> {
  const isWithAll = podNodes(containers).every((container) => joined.some((node) => isJoined(container, node)));
  if (isWithAll && (await list(api, STORAGE_CLASSES, signal)).length > 0) return true;
  const found = await Promise.all(USES.map((path) => list(api, path, signal)));
  return found.some((items, index) => items.some((item) => isUse(item, USES[index] ?? '')));
}

/** What a further control plane is told last is that it is one. */
function isJoined({ name, role }: NodeSight, node: JsonObject): boolean {
  if (nameOf(node) !== name) return false;
  return (
    role !== 'control-plane' || memberAt(node, 'metadata', 'labels', 'node-role.kubernetes.io/control-plane') !== null
  );
}

/** Empty where the server has no such kind. */
async function list(api: ClusterApi, path: string, signal: AbortSignal): Promise<readonly JsonObject[]> {
  try {
    return (await listObjects(api, path, signal)).items;
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

function isUse(item: JsonObject, path: string): boolean {
  const kind = path.slice(path.lastIndexOf('/') + 1);
  return item['type'] !== TOKEN && !OF_EVERY_CLUSTER.has(`${kind}/${nameOf(item)}`);
}
