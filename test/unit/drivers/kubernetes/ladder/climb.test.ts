import { expect, test } from 'vitest';
import { climb, type Ladder } from '../../../../../src/drivers/kubernetes/ladder/climb.ts';
import { unanswered } from '../../../../../src/drivers/kubernetes/api/problems.ts';
import { TrueupError } from '../../../../../src/model/failure.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { answer, scriptedApi } from '../scripted-api.ts';

const { signal } = new AbortController();

const READY_NODE: JsonObject = {
  metadata: { name: 'worker-0' },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
};

const SYSTEM = '/namespaces/kube-system';
const ALL_READY = {
  'GET /readyz': 'ok',
  'GET /api/v1/nodes': { items: [READY_NODE] },
  [`GET /apis/apps/v1${SYSTEM}/deployments`]: { items: [] },
  [`GET /apis/apps/v1${SYSTEM}/daemonsets`]: { items: [] },
  [`GET /api/v1${SYSTEM}/pods`]: { items: [] },
  'GET /api/v1/namespaces/default/serviceaccounts/default': { metadata: { name: 'default' } },
};

function ladder(answers: Parameters<typeof scriptedApi>[0], overrides: Partial<Ladder> = {}): Ladder {
  return {
    base: { name: 'processes', reason: null },
    api: () => Promise.resolve(scriptedApi(answers)),
    nodes: 1,
    systemPods: true,
    ...overrides,
  };
}

async function lastRung(asked: Ladder): Promise<unknown> {
  return (await climb(asked, signal)).at(-1);
}

test('a cluster that is ready has met every rung', async () => {
  expect(await climb(ladder(ALL_READY), signal)).toEqual(
    ['processes', 'api', 'nodes_ready', 'system_pods', 'default_service_account'].map((name) => ({
      name,
      met: true,
      reason: null,
    })),
  );
});

test('nothing is asked of a cluster whose processes are not up', async () => {
  const asked = ladder(ALL_READY, {
    base: { name: 'processes', reason: 'etcd does not run' },
    api: () => Promise.reject(new Error('asked')),
  });

  expect(await climb(asked, signal)).toEqual([{ name: 'processes', met: false, reason: 'etcd does not run' }]);
});

test('what has no way to it yet is a rung that is not met', async () => {
  const asked = ladder(ALL_READY, {
    api: () => Promise.reject(new TrueupError('not_running', 'the cluster has no kubeconfig')),
  });

  expect(await lastRung(asked)).toEqual({ name: 'api', met: false, reason: 'the cluster has no kubeconfig' });
});

test('the failing checks of the API server are named', async () => {
  const answers = {
    ...ALL_READY,
    'GET /readyz': () => ({ status: 500, body: null, text: '[+]ping ok\n[-]etcd failed: reason withheld\nfailed' }),
  };

  expect(await lastRung(ladder(answers))).toEqual({
    name: 'api',
    met: false,
    reason: 'the API server is not ready: etcd',
  });
});

test('an API server from before there was a readyz is asked for its health', async () => {
  const { 'GET /readyz': _, ...others } = ALL_READY;

  expect(await lastRung(ladder({ ...others, 'GET /healthz': 'ok' }))).toMatchObject({ met: true });
});

test('an API server that does not answer is a rung that is not met', async () => {
  const asked = ladder(ALL_READY, { api: () => Promise.reject(unanswered('https://x', 'ECONNREFUSED')) });

  expect(await lastRung(asked)).toEqual({
    name: 'api',
    met: false,
    reason: 'the API server https://x does not answer: nothing listens there',
  });
});

test('a defect of our own is thrown', async () => {
  await expect(climb(ladder(ALL_READY, { api: () => Promise.reject(new TypeError('oh')) }), signal)).rejects.toThrow(
    'oh',
  );
});

test.each([
  ['missing', [], '0 of 1 nodes are there'],
  ['silent', [{ metadata: { name: 'n' } }], 'node n has not reported yet'],
  [
    'not ready',
    [{ metadata: { name: 'n' }, status: { conditions: [{ type: 'Ready', status: 'False', message: 'no network' }] } }],
    'node n is not ready: no network',
  ],
  [
    'lost',
    [
      {
        metadata: { name: 'n' },
        status: { conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown' }] },
      },
    ],
    'node n is not heard of any more: NodeStatusUnknown',
  ],
  [
    'tainted',
    [{ ...READY_NODE, spec: { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] } }],
    'node worker-0 is still tainted node.kubernetes.io/not-ready',
  ],
])('a node that is %s is the reason', async (_, items: readonly JsonObject[], reason) => {
  expect(await lastRung(ladder({ ...ALL_READY, 'GET /api/v1/nodes': { items } }))).toEqual({
    name: 'nodes_ready',
    met: false,
    reason,
  });
});

test('a taint that somebody declared holds nothing up', async () => {
  const items = [{ ...READY_NODE, spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } }];

  expect(await lastRung(ladder({ ...ALL_READY, 'GET /api/v1/nodes': { items } }))).toMatchObject({ met: true });
});

test.each([
  [
    'apis/apps/v1',
    'deployments',
    { metadata: { name: 'coredns' }, spec: { replicas: 2 }, status: { availableReplicas: 1 } },
    'deployment coredns: 1 of 2 pods are available',
  ],
  [
    'apis/apps/v1',
    'daemonsets',
    {
      metadata: { name: 'proxy', generation: 1 },
      status: { observedGeneration: 1, numberReady: 0, desiredNumberScheduled: 3 },
    },
    'daemon set proxy: 0 of 3 pods are ready',
  ],
  [
    'api/v1',
    'pods',
    {
      metadata: { name: 'coredns-x' },
      status: { containerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } } }] },
    },
    'pod coredns-x: CrashLoopBackOff: back-off',
  ],
])('of %s, %s that do not work are the reason, unless they do not count', async (group, kind, item, reason) => {
  const answers = { ...ALL_READY, [`GET /${group}${SYSTEM}/${kind}`]: { items: [item] } };

  expect(await lastRung(ladder(answers))).toEqual({ name: 'system_pods', met: false, reason });
  expect(await lastRung(ladder(answers, { systemPods: false }))).toMatchObject({ met: true });
});

test('a missing default service account is the reason', async () => {
  const path = 'GET /api/v1/namespaces/default/serviceaccounts/default';
  const answers = { ...ALL_READY, [path]: () => answer(404, {}) };

  expect(await lastRung(ladder(answers))).toMatchObject({ name: 'default_service_account', met: false });
});
