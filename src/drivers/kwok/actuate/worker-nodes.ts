/** The worker nodes of a cluster: objects of the API that we make, and that kwok then keeps alive. Pure. */
import {
  isJsonArray,
  isJsonObject,
  type Json,
  jsonEqual,
  type JsonObject,
  member,
  memberAt,
  scalarText,
} from '../../../model/json.ts';

/** A label and an annotation of ours: a node that has lost one of them is known by the other. */
const WORKER_MARK = 'dev.trueup/worker';
/** By it kwok knows which nodes to keep alive. */
const KEPT_ALIVE = 'kwok.x-k8s.io/node';
const ANNOTATIONS: JsonObject = { [KEPT_ALIVE]: 'fake', [WORKER_MARK]: 'true' };

function workerName(cluster: string, index: number): string {
  return `${cluster}-worker-${index}`;
}

export function workerNodes(cluster: string, workers: Json): readonly JsonObject[] {
  const count = Number(member(workers, 'count') ?? 0);
  return Array.from({ length: count }, (_, index) => workerNode(workerName(cluster, index), workers));
}

function workerNode(name: string, workers: Json): JsonObject {
  const [labels, taints] = [member(workers, 'labels'), member(workers, 'taints')];
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: ANNOTATIONS,
      labels: { ...(isJsonObject(labels) ? labels : {}), [WORKER_MARK]: 'true', 'kubernetes.io/hostname': name },
    },
    spec: { taints: (isJsonArray(taints) ? taints : []).map((taint) => taintOf(scalarText(taint))) },
  };
}

/** `key=value:Effect`, or `key:Effect`. */
function taintOf(text: string): JsonObject {
  const colon = text.lastIndexOf(':');
  const [key = '', value] = text.slice(0, colon).split('=');
  return { key, ...(value === undefined ? {} : { value }), effect: text.slice(colon + 1) };
}

function taintText(taint: Json): string {
  const [key, value, effect] = ['key', 'value', 'effect'].map((field) => member(taint, field));
  const middle = typeof value === 'string' && value !== '' ? `=${value}` : '';
  return `${scalarText(key ?? '')}${middle}:${scalarText(effect ?? '')}`;
}

/** Whatever else has nodes in the cluster made by somebody else. */
export function isWorker(node: JsonObject): boolean {
  return MARK_PLACES.some((place) => memberAt(node, 'metadata', place, WORKER_MARK) === 'true');
}

const MARK_PLACES = ['labels', 'annotations'] as const;

/** Whether it has all by which it is ours, and kept alive. */
function isMarkedWhole(node: JsonObject): boolean {
  return (
    MARK_PLACES.every((place) => memberAt(node, 'metadata', place, WORKER_MARK) === 'true') &&
    memberAt(node, 'metadata', 'annotations', KEPT_ALIVE) === ANNOTATIONS[KEPT_ALIVE]
  );
}

/**
 * What a node that is there takes to be as it is wanted, as a merge patch; `null` for nothing. What the system has put on it stays,
 * and what somebody else has goes: a manifest says all that the nodes of a group have.
 */
export function nodePatch(live: JsonObject, wanted: JsonObject): JsonObject | null {
  const [has, wants] = [tellsOf(live), tellsOf(wanted)];
  const isSame =
    isMarkedWhole(live) && jsonEqual(has.labels, wants.labels) && jsonEqual([...has.taints], [...wants.taints]);
  if (isSame) return null;
  const dropped = Object.keys(has.labels).filter((label) => wants.labels[label] === undefined);
  const labels = memberAt(wanted, 'metadata', 'labels');
  return {
    metadata: {
      annotations: ANNOTATIONS,
      labels: { ...Object.fromEntries(dropped.map((label) => [label, null])), ...(isJsonObject(labels) ? labels : {}) },
    },
    spec: { taints: [...taintsOf(live).filter(isSystemTaint), ...taintsOf(wanted)] },
  };
}

function taintsOf(node: JsonObject): readonly Json[] {
  const taints = memberAt(node, 'spec', 'taints');
  return isJsonArray(taints) ? taints : [];
}

function isSystemTaint(taint: Json): boolean {
  return isTaintOfTheSystem(scalarText(member(taint, 'key')));
}

/** What the system gives nodes, and we: no others begin like these and no manifest may name them. */
export function isLabelOfTheSystem(key: string): boolean {
  return /^((beta\.)?kubernetes\.io\/(hostname|os|arch)$|dev\.trueup\/)/.test(key);
}

/** They come and go with the state of a node. */
export function isTaintOfTheSystem(key: string): boolean {
  return /^node\.(cloudprovider\.)?kubernetes\.io\//.test(key);
}

/** The workers that there are, in the shape of a manifest: what the first of them has is what they are declared to have. */
export function readWorkers(nodes: readonly JsonObject[]): JsonObject {
  const ours = nodes.filter(isWorker);
  const groups = new Map(ours.map((node) => [JSON.stringify(tellsOf(node)), tellsOf(node)]));
  const [first = { labels: {}, taints: [] }, ...others] = groups.values();
  // One that is otherwise than the rest makes the group otherwise than declared.
  const unmarked = ours.filter((node) => !isMarkedWhole(node)).length;
  const odd = {
    ...(others.length === 0 ? {} : { 'dev.trueup/uneven': String(others.length) }),
    ...(unmarked === 0 ? {} : { 'dev.trueup/unmarked': String(unmarked) }),
  };
  return { count: ours.length, labels: { ...first.labels, ...odd }, taints: first.taints };
}

function tellsOf(node: JsonObject): { readonly labels: JsonObject; readonly taints: readonly string[] } {
  const labels = memberAt(node, 'metadata', 'labels');
  const own = Object.entries(isJsonObject(labels) ? labels : {}).filter(([name]) => !isLabelOfTheSystem(name));
  return {
    labels: Object.fromEntries(own.toSorted(([left], [right]) => (left < right ? -1 : 1))),
    taints: taintsOf(node)
      .filter((taint) => !isSystemTaint(taint))
      .map(taintText)
      .toSorted(),
  };
}
