/** A node of the API as `status` shows it. Pure. */
import { isJsonObject, type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';
import { conditionOf, nameOf } from '../ladder/nodes.ts';
import { mebibytes, parseQuantity } from './quantity.ts';
import type { KubernetesNode, NodeStatus } from '../../../model/kubernetes.ts';

const ROLE = 'node-role.kubernetes.io/';

export function nodeSeed(node: JsonObject, clusterId: string): KubernetesNode {
  const info = (field: string): string => textOf(memberAt(node, 'status', 'nodeInfo', field));
  const allocatable = (field: string): string => textOf(memberAt(node, 'status', 'allocatable', field));
  return {
    name: nameOf(node),
    clusterId,
    status: statusOf(node),
    roles: rolesOf(memberAt(node, 'metadata', 'labels')),
    version: info('kubeletVersion'),
    osImage: info('osImage'),
    kernelVersion: info('kernelVersion'),
    containerRuntime: info('containerRuntimeVersion'),
    cpuAllocatable: parseQuantity(allocatable('cpu')) ?? 0,
    memoryAllocatableMB: mebibytes(allocatable('memory')),
    podsAllocatable: parseQuantity(allocatable('pods')) ?? 0,
    createdAt: textOf(memberAt(node, 'metadata', 'creationTimestamp')) || null,
  };
}

function statusOf(node: JsonObject): NodeStatus {
  const status = member(conditionOf(node, 'Ready'), 'status');
  if (status === 'True') return 'Ready';
  return status === 'False' ? 'NotReady' : 'Unknown';
}

/** A node without a role of its own runs pods for everybody. */
function rolesOf(labels: Json): readonly string[] {
  const names = Object.keys(isJsonObject(labels) ? labels : {})
    .filter((label) => label.startsWith(ROLE) && label.length > ROLE.length)
    .map((label) => label.slice(ROLE.length))
    .toSorted();
  return names.length === 0 ? ['worker'] : names;
}

export function textOf(value: Json): string {
  return typeof value === 'string' ? value : '';
}
