/** The rung `system_pods`: what the control plane runs in pods is available, and nothing of it falls over and over. Pure. */
import { isJsonArray, type JsonObject, member, memberAt, scalarText } from '../../../model/json.ts';
import { conditionOf, nameOf } from './nodes.ts';

export interface SystemObjects {
  readonly deployments: readonly JsonObject[];
  readonly daemonSets: readonly JsonObject[];
  readonly pods: readonly JsonObject[];
}

/** Why it is not reached; `null` for reached, also where the cluster runs nothing of the kind. */
export function systemPodsReason({ deployments, daemonSets, pods }: SystemObjects): string | null {
  return (
    firstReason(pods, crashReason) ??
    firstReason(deployments, deploymentReason) ??
    firstReason(daemonSets, daemonSetReason)
  );
}

function firstReason(objects: readonly JsonObject[], reasonOf: (object: JsonObject) => string | null): string | null {
  for (const object of objects) {
    const reason = reasonOf(object);
    if (reason !== null) return reason;
  }
  return null;
}

function deploymentReason(deployment: JsonObject): string | null {
  const wanted = memberAt(deployment, 'spec', 'replicas') ?? 1;
  if (wanted === 0) return null;
  const available = conditionOf(deployment, 'Available');
  if (member(available, 'status') === 'True') return null;
  const ready = numberAt(deployment, 'availableReplicas');
  return `deployment ${nameOf(deployment)}: ${ready} of ${scalarText(wanted)} pods are available`;
}

function daemonSetReason(set: JsonObject): string | null {
  const [ready, wanted] = [numberAt(set, 'numberReady'), numberAt(set, 'desiredNumberScheduled')];
  // Before its controller has looked at it, both are 0.
  const isSeen = numberAt(set, 'observedGeneration') >= Number(memberAt(set, 'metadata', 'generation') ?? 0);
  if (isSeen && ready >= wanted) return null;
  return `daemon set ${nameOf(set)}: ${ready} of ${wanted} pods are ready`;
}

function crashReason(pod: JsonObject): string | null {
  const statuses = ['initContainerStatuses', 'containerStatuses'].flatMap((list) => {
    const found = memberAt(pod, 'status', list);
    return isJsonArray(found) ? found : [];
  });
  for (const status of statuses) {
    const waiting = memberAt(status, 'state', 'waiting');
    const reason = scalarText(member(waiting, 'reason'));
    if (!STUCK.has(reason)) continue;
    const message = member(waiting, 'message');
    return `pod ${nameOf(pod)}: ${reason}${typeof message === 'string' && message !== '' ? `: ${message}` : ''}`;
  }
  return null;
}

const STUCK: ReadonlySet<string> = new Set([
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'RunContainerError',
]);

function numberAt(object: JsonObject, field: string): number {
  const found = memberAt(object, 'status', field);
  return typeof found === 'number' ? found : 0;
}
