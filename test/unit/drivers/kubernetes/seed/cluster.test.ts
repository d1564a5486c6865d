import { expect, test } from 'vitest';
import { askClusterObjects, clusterSeeds } from '../../../../../src/drivers/kubernetes/seed/cluster.ts';
import { podSeed } from '../../../../../src/drivers/kubernetes/seed/pod.ts';
import { parseQuantity } from '../../../../../src/drivers/kubernetes/seed/quantity.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { scriptedApi } from '../scripted-api.ts';

const { signal } = new AbortController();

const NODE: JsonObject = {
  metadata: {
    name: 'control-0',
    creationTimestamp: '2026-08-01T10:00:00Z',
    labels: { 'node-role.kubernetes.io/control-plane': '' },
  },
  status: {
    conditions: [{ type: 'Ready', status: 'True' }],
    allocatable: { cpu: '3920m', memory: '8145676Ki', pods: '110' },
    nodeInfo: {
      kubeletVersion: 'v1.36.3',
      osImage: 'Debian',
      kernelVersion: '6.1',
      containerRuntimeVersion: 'containerd://2.4.2',
    },
  },
};

const POD: JsonObject = {
  metadata: { name: 'web', namespace: 'default', uid: 'u-1', creationTimestamp: '2026-08-01T10:01:00Z' },
  spec: { nodeName: 'control-0', containers: [{ name: 'web', image: 'web:1' }] },
  status: {
    phase: 'Running',
    podIP: '10.0.0.1',
    startTime: '2026-08-01T10:01:01Z',
    containerStatuses: [{ name: 'web', restartCount: 2, state: { running: { startedAt: '2026-08-01T10:01:02Z' } } }],
  },
};

test('a cluster is shown with its nodes and counts under the names of the data model', async () => {
  const api = scriptedApi({
    'GET /version': { gitVersion: 'v1.36.3' },
    'GET /api/v1/nodes': { items: [NODE] },
    'GET /api/v1/pods': { items: [POD] },
    'GET /api/v1/services': { items: [{}, {}] },
    'GET /api/v1/namespaces': { items: [{}, {}, {}] },
  });

  const seeds = clusterSeeds(
    { id: 'shop-dev', vmId: null, kubeconfigPath: '/state/kubeconfig' },
    await askClusterObjects(api, signal),
  );

  expect(seeds.cluster).toEqual({
    vmId: null,
    version: '1.36.3',
    nodes: [
      {
        name: 'control-0',
        clusterId: 'shop-dev',
        status: 'Ready',
        roles: ['control-plane'],
        version: 'v1.36.3',
        osImage: 'Debian',
        kernelVersion: '6.1',
        containerRuntime: 'containerd://2.4.2',
        cpuAllocatable: 3.92,
        memoryAllocatableMB: 7954,
        podsAllocatable: 110,
        createdAt: '2026-08-01T10:00:00Z',
      },
    ],
    podCount: 1,
    serviceCount: 2,
    namespaceCount: 3,
    endpoint: 'https://127.0.0.1:6443',
    kubeconfigPath: '/state/kubeconfig',
  });
});

test('what a server is, is known before long lists are asked of it', async () => {
  const lists = Object.fromEntries(['nodes', 'pods', 'services', 'namespaces'].map((kind) => [kind, { items: [] }]));
  const answered = Promise.withResolvers<null>();
  const api = scriptedApi(
    Object.fromEntries(Object.entries(lists).map(([kind, list]) => [`GET /api/v1/${kind}`, list])),
  );
  const slow: typeof api = {
    ...api,
    async ask(request, until) {
      const answer = await api.ask(request, until);
      if (request.path === '/version') await answered.promise;
      return answer;
    },
  };

  const asking = askClusterObjects(slow, signal);
  const before = api.asked.map(({ path }) => path);
  answered.resolve(null);
  await asking;

  expect(before).toEqual(['/version']);
  expect(api.asked).toHaveLength(5);
});

test('a pod is shown with its containers, and without usage where nobody measures', () => {
  expect(podSeed(POD, 'shop-dev')).toEqual({
    name: 'web',
    namespace: 'default',
    clusterId: 'shop-dev',
    status: 'Running',
    phase: 'Running',
    nodeName: 'control-0',
    podIP: '10.0.0.1',
    containerCount: 1,
    restartCount: 2,
    cpuUsage: null,
    memoryUsageMB: null,
    createdAt: '2026-08-01T10:01:00Z',
    startedAt: '2026-08-01T10:01:01Z',
    containers: [
      {
        name: 'web',
        podId: 'u-1',
        image: 'web:1',
        status: 'running',
        restartCount: 2,
        cpuUsage: null,
        memoryUsageMB: null,
        startedAt: '2026-08-01T10:01:02Z',
      },
    ],
  });
});

test('usage that was measured is shown in percent of a processor and in MiB', () => {
  const usage = new Map([['web', { cpu: '250m', memory: '64Mi' }]]);

  expect(podSeed(POD, 'c', usage)).toMatchObject({ cpuUsage: 25, memoryUsageMB: 64 });
});

test.each([
  [{ metadata: { name: 'p' } }, { status: 'Unknown', phase: 'Unknown', podIP: null, startedAt: null }],
  [
    { metadata: { name: 'p' }, status: { phase: 'Running', reason: 'NodeLost' } },
    { status: 'Unknown', phase: 'Running' },
  ],
])('what is not known of a pod is not made up', (pod, expected) => {
  expect(podSeed(pod, 'c')).toMatchObject(expected);
});

test.each([
  ['True', 'Ready'],
  ['False', 'NotReady'],
  ['Unknown', 'Unknown'],
])('a node whose condition Ready is %s is %s', (status, expected) => {
  const node = { metadata: { name: 'n' }, status: { conditions: [{ type: 'Ready', status }] } };
  const objects = { version: '', endpoint: '', nodes: [node], pods: [], services: 0, namespaces: 0 };

  const [seed] = clusterSeeds({ id: 'c', vmId: null, kubeconfigPath: '' }, objects).cluster.nodes;

  expect(seed).toMatchObject({ status: expected, roles: ['worker'] });
});

test.each([
  ['4', 4],
  ['100m', 0.1],
  ['1e3', 1000],
  ['2Gi', 2 ** 31],
  ['1.5k', 1500],
  ['', null],
  ['4x', null],
])('the quantity %s is %s', (text, value) => {
  expect(parseQuantity(text)).toBe(value);
});
