import { expect, test } from 'vitest';
import { whatGoesAlong } from '../../../../src/drivers/kubernetes/contents.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import { scriptedApi } from './scripted-api.ts';

const { signal } = new AbortController();

function named(...names: readonly string[]): JsonObject {
  return { items: names.map((name) => ({ metadata: { name, namespace: 'shop' } })) };
}

test('what every cluster has is nothing to lose', async () => {
  const api = scriptedApi({
    'GET /api/v1/namespaces': named('default', 'kube-system', 'kube-public', 'kube-node-lease'),
    'GET /api/v1/persistentvolumes': named(),
    'GET /api/v1/pods': { items: [{ metadata: { name: 'coredns', namespace: 'kube-system' } }] },
  });

  expect(await whatGoesAlong(api, signal)).toEqual([]);
});

test('what somebody made is counted, and named', async () => {
  const api = scriptedApi({
    'GET /api/v1/namespaces': named('default', 'a', 'b', 'c', 'd', 'e', 'f'),
    'GET /api/v1/persistentvolumes': named('data'),
    'GET /api/v1/pods': named('web', 'api'),
  });

  expect(await whatGoesAlong(api, signal)).toEqual([
    '6 namespaces (a, b, c, d, e, …)',
    '1 persistent volume (data)',
    '2 pods',
  ]);
});
