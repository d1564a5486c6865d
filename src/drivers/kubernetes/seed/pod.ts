/** A pod of the API, and its containers, as `status` shows them. Pure. */
import { isJsonArray, isJsonObject, type Json, type JsonObject, member, memberAt } from '../../../model/json.ts';
import { nameOf } from '../ladder/nodes.ts';
import { textOf } from './node.ts';
import { mebibytes, parseQuantity } from './quantity.ts';
import { type KubernetesContainer, type KubernetesPod, POD_PHASES, type PodPhase } from '../../../model/kubernetes.ts';

/** What a metrics server says of one container: both as it writes them. */
export interface ContainerUsage {
  readonly cpu: string;
  readonly memory: string;
}

/** By the name of the container; `null` where nobody measures. Usage of the processor is in percent of one. */
export type PodUsage = ReadonlyMap<string, ContainerUsage> | null;

export function podSeed(pod: JsonObject, clusterId: string, usage: PodUsage = null): KubernetesPod {
  const containers = containersOf(pod, usage);
  const phase = phaseOf(memberAt(pod, 'status', 'phase'));
  return {
    name: nameOf(pod),
    namespace: textOf(memberAt(pod, 'metadata', 'namespace')),
    clusterId,
    status: statusOf(pod, phase),
    phase,
    nodeName: textOf(memberAt(pod, 'spec', 'nodeName')),
    podIP: textOf(memberAt(pod, 'status', 'podIP')) || null,
    containerCount: containers.length,
    restartCount: containers.reduce((sum, container) => sum + container.restartCount, 0),
    cpuUsage: total(containers.map((container) => container.cpuUsage)),
    memoryUsageMB: total(containers.map((container) => container.memoryUsageMB)),
    createdAt: textOf(memberAt(pod, 'metadata', 'creationTimestamp')) || null,
    startedAt: textOf(memberAt(pod, 'status', 'startTime')) || null,
    containers,
  };
}

function phaseOf(value: Json): PodPhase {
  return POD_PHASES.find((phase) => phase === value) ?? 'Unknown';
}

/** A pod whose node is lost keeps its last phase, which says nothing any more. */
function statusOf(pod: JsonObject, phase: PodPhase): PodPhase {
  return memberAt(pod, 'status', 'reason') === 'NodeLost' ? 'Unknown' : phase;
}

function containersOf(pod: JsonObject, usage: PodUsage): readonly KubernetesContainer[] {
  const declared = objectsIn(memberAt(pod, 'spec', 'containers'));
  const statuses = objectsIn(memberAt(pod, 'status', 'containerStatuses'));
  const podId = textOf(memberAt(pod, 'metadata', 'uid'));
  return declared.map((container) => {
    const name = textOf(member(container, 'name'));
    const status = statuses.find((found) => found['name'] === name) ?? null;
    const state = member(status, 'state');
    const [kind = 'unknown'] = isJsonObject(state) ? Object.keys(state) : [];
    const used = usage?.get(name) ?? null;
    const restarts = member(status, 'restartCount');
    return {
      name,
      podId,
      image: textOf(member(container, 'image')),
      status: kind,
      restartCount: typeof restarts === 'number' ? restarts : 0,
      cpuUsage: used === null ? null : Math.round((parseQuantity(used.cpu) ?? 0) * 1000) / 10,
      memoryUsageMB: used === null ? null : mebibytes(used.memory),
      startedAt: textOf(memberAt(state, kind, 'startedAt')) || null,
    };
  });
}

function objectsIn(value: Json): readonly JsonObject[] {
  return (isJsonArray(value) ? value : []).filter(isJsonObject);
}

/** Known only where all of it is. */
function total(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 || known.length < values.length ? null : known.reduce((sum, value) => sum + value, 0);
}
