import { expect, test } from 'vitest';
import { isMade } from '../../../../../src/drivers/kind/observe/is-made.ts';
import { nodesByCluster } from '../../../../../src/drivers/kind/observe/nodes.ts';
import type { Json, JsonObject } from '../../../../../src/model/json.ts';
import { fakeNode } from '../../../../support/kind/fake-nodes.ts';
import { answer, scriptedApi } from '../../kubernetes/scripted-api.ts';

const { signal } = new AbortController();
const FIRST = 'shop-dev-control-plane';
const WORKER = 'shop-dev-worker';
const SECOND = 'shop-dev-control-plane2';

const CONTROL = { 'node-role.kubernetes.io/control-plane': '' };
const CLASSES = { 'GET /apis/storage.k8s.io/v1/storageclasses': listOf('standard') };
const OF_EVERY_CLUSTER = {
  'GET /api/v1/namespaces/default/services': listOf('kubernetes'),
  'GET /api/v1/namespaces/default/configmaps': listOf('kube-root-ca.crt'),
  'GET /api/v1/namespaces/default/serviceaccounts': listOf('default'),
  'GET /api/v1/namespaces/default/secrets': {
    items: [{ metadata: { name: 'default-token-x' }, type: 'kubernetes.io/service-account-token' }],
  },
};

function listOf(...names: readonly string[]): JsonObject {
  return { items: names.map((name) => ({ metadata: { name } })) };
}

function node(name: string, labels: JsonObject = {}): JsonObject {
  return { metadata: { name, labels } };
}

interface Scene {
  readonly answers?: Readonly<Record<string, Json>>;
  readonly joined?: readonly JsonObject[];
  readonly others?: readonly JsonObject[];
}

function made({ answers = {}, joined = [node(FIRST, CONTROL)], others = [] }: Scene): Promise<boolean> {
  const containers = nodesByCluster([fakeNode(FIRST), ...others]).get('shop-dev') ?? [];
  return isMade(scriptedApi({ ...OF_EVERY_CLUSTER, ...answers }), containers, joined, signal);
}

test('kind got to its end where there is storage, and all nodes have joined', async () => {
  expect(await made({ answers: CLASSES })).toBe(true);
});

test.each<readonly [string, Scene]>([
  ['storage', {}],
  ['a worker', { answers: CLASSES, others: [fakeNode(WORKER, { role: 'worker' })] }],
  [
    'a control plane that is one',
    { answers: CLASSES, others: [fakeNode(SECOND)], joined: [node(FIRST, CONTROL), node(SECOND)] },
  ],
])('without %s it did not, where nobody uses it', async (_, scene) => {
  expect(await made(scene)).toBe(false);
});

test.each([
  '/api/v1/namespaces/default/configmaps',
  '/api/v1/namespaces/default/secrets',
  '/api/v1/namespaces/default/persistentvolumeclaims',
  '/apis/apps/v1/namespaces/default/deployments',
  '/apis/batch/v1/namespaces/default/cronjobs',
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
])('something of somebody in %s is a use of it', async (path) => {
  expect(await made({ answers: { [`GET ${path}`]: listOf('mine') } })).toBe(true);
});

test('what its API does not show is not taken for nothing', async () => {
  const api = scriptedApi({ 'GET /apis/storage.k8s.io/v1/storageclasses': () => answer(503, { message: 'busy' }) });
  const containers = nodesByCluster([fakeNode(FIRST)]).get('shop-dev') ?? [];

  await expect(isMade(api, containers, [node(FIRST, CONTROL)], signal)).rejects.toMatchObject({
    code: 'engine_unreachable',
  });
});
