import { expect, test } from 'vitest';
import { settleNodes } from '../../../../../src/drivers/kwok/actuate/settle-nodes.ts';
import { workerNodes } from '../../../../../src/drivers/kwok/actuate/worker-nodes.ts';
import { mergePatch } from '../../../../../src/manifest/merge-patch.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { answer, type ScriptedApi, scriptedApi } from '../../kubernetes/scripted-api.ts';

const { signal } = new AbortController();
const WORKERS = { count: 2, labels: { tier: 'web' }, taints: ['gpu=yes:NoSchedule'] };

function clusterWith(nodes: readonly JsonObject[]): ScriptedApi {
  const names = ['c-worker-0', 'c-worker-1', 'c-worker-2', 'theirs'];
  const answers = names.flatMap((name) =>
    ['PATCH', 'DELETE'].map((method) => [`${method} /api/v1/nodes/${name}`, {}] as const),
  );
  return scriptedApi({
    'GET /api/v1/nodes': { items: nodes, metadata: {} },
    'POST /api/v1/nodes': {},
    ...Object.fromEntries(answers),
  });
}

function changesOf({ asked }: ScriptedApi): readonly string[] {
  return asked.flatMap(({ method = 'GET', path, body }) =>
    method === 'GET' ? [] : [`${method} ${path.slice('/api/v1/nodes'.length)} ${JSON.stringify(body ?? null)}`],
  );
}

test('nodes that are as they should be are left alone', async () => {
  const api = clusterWith(workerNodes('c', WORKERS));

  await settleNodes(api, 'c', WORKERS, signal);

  expect(changesOf(api)).toEqual([]);
});

test('missing nodes are made, and surplus ones go, the last first', async () => {
  const api = clusterWith([...workerNodes('c', { ...WORKERS, count: 3 }), { metadata: { name: 'theirs' } }]);

  await settleNodes(api, 'c', { ...WORKERS, count: 1 }, signal);

  expect(changesOf(api)).toEqual(['DELETE /c-worker-2 null', 'DELETE /c-worker-1 null']);
});

test('what somebody put on a node goes, and what the system did stays', async () => {
  const [node = {}, second = {}] = workerNodes('c', WORKERS);
  const odd = {
    ...node,
    metadata: {
      name: 'c-worker-0',
      annotations: { 'dev.trueup/worker': 'true', 'kwok.x-k8s.io/node': 'fake' },
      labels: { 'dev.trueup/worker': 'true', odd: 'one', 'beta.kubernetes.io/os': 'linux' },
    },
    spec: {
      taints: [
        { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
        { key: 'odd', effect: 'NoExecute' },
      ],
    },
  };
  const api = clusterWith([odd, second]);

  await settleNodes(api, 'c', WORKERS, signal);

  expect(api.asked.find(({ method }) => method === 'PATCH')).toMatchObject({
    path: '/api/v1/nodes/c-worker-0',
    contentType: 'application/merge-patch+json',
    body: {
      metadata: { labels: { odd: null, tier: 'web', 'dev.trueup/worker': 'true' } },
      spec: {
        taints: [
          { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
          { key: 'gpu', value: 'yes', effect: 'NoSchedule' },
        ],
      },
    },
  });
});

test.each([
  ['label', { labels: { 'dev.trueup/worker': null } }],
  ['annotation', { annotations: { 'dev.trueup/worker': null } }],
])('a worker that has lost its %s gets it back', async (_, metadata) => {
  const [node = {}, second = {}] = workerNodes('c', WORKERS);
  const api = clusterWith([mergePatch(node, { metadata }), second]);

  await settleNodes(api, 'c', WORKERS, signal);

  expect(api.asked.filter(({ method }) => method !== undefined)).toMatchObject([
    {
      path: '/api/v1/nodes/c-worker-0',
      body: {
        metadata: { annotations: { 'dev.trueup/worker': 'true' }, labels: { 'dev.trueup/worker': 'true' } },
      },
    },
  ]);
});

test('a node that somebody was faster to make is there', async () => {
  const api = scriptedApi({ 'GET /api/v1/nodes': { items: [] }, 'POST /api/v1/nodes': () => answer(409, {}) });

  await expect(settleNodes(api, 'c', { count: 1 }, signal)).resolves.toBeUndefined();
});

test('why a node is refused is told', async () => {
  const api = scriptedApi({
    'GET /api/v1/nodes': { items: [] },
    'POST /api/v1/nodes': () => answer(422, { message: 'no such taint' }),
  });

  await expect(settleNodes(api, 'c', { count: 1 }, signal)).rejects.toMatchObject({
    code: 'step_failed',
    message: 'node c-worker-0: no such taint',
  });
});

test('a node of its name that somebody else has made is not taken over', async () => {
  const api = clusterWith([{ metadata: { name: 'c-worker-0', labels: { tier: 'web' } } }]);

  await expect(settleNodes(api, 'c', WORKERS, signal)).rejects.toMatchObject({ code: 'name_in_use' });
  expect(changesOf(api)).toEqual([]);
});
