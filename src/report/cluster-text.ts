/** What is in a cluster, for people: one line of it, what is wrong with its versions, its nodes, and its pods. */
import type { KubernetesContainer, KubernetesNode, KubernetesPod, NodeStatus, PodPhase } from '../model/kubernetes.ts';
import { ageText } from './age-text.ts';
import { wrapWords } from './layout.ts';
import { type Paint, painter, type Tone } from './paint.ts';
import type { RenderOptions } from './render-options.ts';
import { safeText } from './safe-text.ts';
import type { ClusterStatus } from './status.ts';
import { type Column, renderTable } from './table.ts';
import { plural } from './words.ts';

export interface ClusterTextOptions extends RenderOptions {
  /** Milliseconds since the epoch, to tell ages. */
  readonly now: number;
}

/** More than anybody reads; `--verbose` shows all. */
const MOST_PODS = 40;

/** Empty for what is no cluster that was asked. */
export function clusterText(status: ClusterStatus, options: ClusterTextOptions): string {
  const { address, kubernetes_cluster: cluster, kubernetes_pods: pods = [], version_skew: skew = [] } = status;
  if (cluster === undefined) return '';
  const paint = painter(options.color);
  if (cluster === null) return `${paint('strong', safeText(address))}: ${paint('bad', 'its API does not answer')}`;
  const { version, endpoint, nodes, podCount, serviceCount, namespaceCount, kubeconfigPath } = cluster;
  const counts = [
    plural(nodes.length, 'node'),
    plural(podCount, 'pod'),
    plural(serviceCount, 'service'),
    plural(namespaceCount, 'namespace'),
  ].join(', ');
  // engine name: what every cluster runs, whichever engine runs the cluster
  const head = `${paint('strong', safeText(address))}: Kubernetes ${safeText(version)} at ${safeText(endpoint)}, ${counts}`;
  const shown = options.verbose === true ? pods : worstFirst(pods).slice(0, MOST_PODS);
  return [
    wrapWords(head, options.width, 0),
    ...(options.verbose === true ? [`  kubeconfig ${safeText(kubeconfigPath)}`] : []),
    ...skew.map((problem) => wrapWords(`${paint('warning', 'version skew')}: ${safeText(problem)}`, options.width, 2)),
    ...(nodes.length === 0 ? [] : [renderTable(nodeColumns(options, paint), nodes, options.width)]),
    ...(shown.length === 0 ? [] : [renderTable(podColumns(options, paint), shown, options.width)]),
    ...(shown.length < pods.length ? [`  ${pods.length - shown.length} more pods; --verbose shows all`] : []),
  ].join('\n');
}

const NODE_TONES: Readonly<Record<NodeStatus, Tone>> = { Ready: 'good', NotReady: 'bad', Unknown: 'warning' };

function nodeColumns({ now }: ClusterTextOptions, paint: Paint): readonly Column<KubernetesNode>[] {
  return [
    { title: 'NODE', rank: 0, shrinks: true, cell: ({ name }) => safeText(name) },
    {
      title: 'STATUS',
      rank: 0,
      cell: ({ status }) => status,
      paint: (text, { status }) => paint(NODE_TONES[status], text),
    },
    { title: 'ROLES', rank: 2, shrinks: true, cell: ({ roles }) => roles.map(safeText).join(', ') },
    { title: 'VERSION', rank: 1, cell: ({ version }) => safeText(version) },
    { title: 'CPUS', rank: 3, cell: ({ cpuAllocatable }) => String(cpuAllocatable) },
    { title: 'MEMORY', rank: 3, cell: ({ memoryAllocatableMB: size }) => `${Math.round(size)} MiB` },
    { title: 'PODS', rank: 4, cell: ({ podsAllocatable }) => String(podsAllocatable) },
    { title: 'AGE', rank: 2, cell: ({ createdAt }) => ageText(createdAt, now) },
    { title: 'RUNTIME', rank: 5, shrinks: true, cell: ({ containerRuntime }) => safeText(containerRuntime) },
    { title: 'OS', rank: 6, shrinks: true, cell: ({ osImage }) => safeText(osImage) },
  ];
}

const POD_TONES: Readonly<Record<PodPhase, Tone>> = {
  Pending: 'change',
  Running: 'good',
  Succeeded: 'faint',
  Failed: 'bad',
  Unknown: 'warning',
};

function podColumns({ now }: ClusterTextOptions, paint: Paint): readonly Column<KubernetesPod>[] {
  return [
    { title: 'POD', rank: 0, shrinks: true, cell: ({ namespace, name }) => `${safeText(namespace)}/${safeText(name)}` },
    {
      title: 'STATUS',
      rank: 0,
      cell: ({ status }) => status,
      paint: (text, { status }) => paint(POD_TONES[status], text),
    },
    { title: 'CONTAINERS', rank: 1, shrinks: true, cell: ({ containers }) => containersText(containers) },
    { title: 'RESTARTS', rank: 2, cell: ({ restartCount }) => (restartCount > 0 ? String(restartCount) : '') },
    { title: 'CPU', rank: 4, cell: ({ cpuUsage }) => (cpuUsage === null ? '' : `${cpuUsage} %`) },
    { title: 'MEMORY', rank: 4, cell: ({ memoryUsageMB: size }) => (size === null ? '' : `${Math.round(size)} MiB`) },
    { title: 'NODE', rank: 3, shrinks: true, cell: ({ nodeName }) => safeText(nodeName) },
    { title: 'IP', rank: 5, cell: ({ podIP }) => safeText(podIP ?? '') },
    { title: 'AGE', rank: 2, cell: ({ createdAt, startedAt }) => ageText(startedAt ?? createdAt, now) },
  ];
}

/** `2 running`, `1 running, 1 waiting`. */
function containersText(containers: readonly KubernetesContainer[]): string {
  const counts = [...Map.groupBy(containers, ({ status }) => status)];
  return counts.map(([status, group]) => `${group.length} ${safeText(status)}`).join(', ');
}

const ORDER: Readonly<Record<PodPhase, number>> = { Failed: 0, Unknown: 1, Pending: 2, Running: 3, Succeeded: 4 };

function worstFirst(pods: readonly KubernetesPod[]): readonly KubernetesPod[] {
  return pods.length <= MOST_PODS ? pods : pods.toSorted((left, right) => ORDER[left.status] - ORDER[right.status]);
}
