/** What is in a cluster, as drivers tell it: a node that is ready, and a pod that runs. */
import type { ClusterSight } from '../../../src/drivers/cluster-faces.ts';
import type {
  KubernetesCluster,
  KubernetesContainer,
  KubernetesNode,
  KubernetesPod,
} from '../../../src/model/kubernetes.ts';

export function kubernetesNode(overrides: Partial<KubernetesNode> = {}): KubernetesNode {
  return {
    name: 'dev-worker-0',
    clusterId: 'shop-dev',
    status: 'Ready',
    roles: ['worker'],
    version: 'v1.36.3',
    osImage: 'Debian GNU/Linux 12',
    kernelVersion: '6.1.0',
    containerRuntime: 'containerd://2.1.0',
    cpuAllocatable: 4,
    memoryAllocatableMB: 7980.5,
    podsAllocatable: 110,
    createdAt: '2026-01-31T11:00:00.000Z',
    ...overrides,
  };
}

export function kubernetesContainer(overrides: Partial<KubernetesContainer> = {}): KubernetesContainer {
  return {
    name: 'web',
    podId: 'a-uid',
    image: 'app:1',
    status: 'running',
    restartCount: 0,
    cpuUsage: null,
    memoryUsageMB: null,
    startedAt: '2026-01-31T11:59:00.000Z',
    ...overrides,
  };
}

export function kubernetesPod(overrides: Partial<KubernetesPod> = {}): KubernetesPod {
  const containers = overrides.containers ?? [kubernetesContainer()];
  return {
    name: 'web-1',
    namespace: 'default',
    clusterId: 'shop-dev',
    status: 'Running',
    phase: 'Running',
    nodeName: 'dev-worker-0',
    podIP: '10.0.0.7',
    containerCount: containers.length,
    restartCount: 0,
    cpuUsage: null,
    memoryUsageMB: null,
    createdAt: '2026-01-31T11:58:00.000Z',
    startedAt: '2026-01-31T11:59:00.000Z',
    ...overrides,
    containers,
  };
}

export function clusterSight(
  overrides: Partial<KubernetesCluster> = {},
  pods: readonly KubernetesPod[] = [kubernetesPod()],
): ClusterSight {
  return {
    cluster: {
      vmId: null,
      version: '1.36.3',
      nodes: [kubernetesNode()],
      podCount: pods.length,
      serviceCount: 2,
      namespaceCount: 4,
      endpoint: 'https://127.0.0.1:6443',
      kubeconfigPath: '/home/kim/.local/state/trueup/dev.yaml',
      ...overrides,
    },
    pods,
  };
}
