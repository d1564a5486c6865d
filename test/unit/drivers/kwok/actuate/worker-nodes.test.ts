import { expect, test } from 'vitest';
import { readWorkers, workerNodes } from '../../../../../src/drivers/kwok/actuate/worker-nodes.ts';

import { mergePatch } from '../../../../../src/manifest/merge-patch.ts';
const WORKERS = { count: 2, labels: { tier: 'web' }, taints: ['gpu=yes:NoSchedule', 'spot:NoExecute'] };

test('workers read back as they were declared, whatever the system adds to them', () => {
  const nodes = workerNodes('shop-dev', WORKERS).map((node) => ({
    ...node,
    spec: {
      taints: [
        { key: 'spot', effect: 'NoExecute' },
        { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
        { key: 'gpu', value: 'yes', effect: 'NoSchedule' },
      ],
    },
  }));

  expect(readWorkers(nodes)).toEqual(WORKERS);
});

test('nodes that somebody else made are no workers', () => {
  expect(readWorkers([{ metadata: { name: 'theirs', labels: { tier: 'web' } } }])).toEqual({
    count: 0,
    labels: {},
    taints: [],
  });
});

test('one worker that is otherwise than the rest is a difference', () => {
  const [first = {}, second = {}] = workerNodes('c', WORKERS);
  const edited = { ...second, spec: { taints: [] } };

  expect(readWorkers([first, edited])).not.toEqual(WORKERS);
});

test.each([
  ['label', { labels: { 'dev.trueup/worker': null } }],
  ['annotation', { annotations: { 'dev.trueup/worker': null } }],
  ['annotation by which kwok keeps it alive', { annotations: { 'kwok.x-k8s.io/node': null } }],
])('a worker that has lost its %s is still ours, and a difference', (_, metadata) => {
  const [first = {}, second = {}] = workerNodes('c', WORKERS);

  const read = readWorkers([first, mergePatch(second, { metadata })]);

  expect(read).toMatchObject({ count: 2, labels: { 'dev.trueup/unmarked': '1' } });
});

test('labels and taints with names like those of the system are as good as any', () => {
  const declared = {
    count: 1,
    labels: { 'node-role.kubernetes.io/infra': '', 'topology.kubernetes.io/zone': 'a' },
    taints: ['node-role.kubernetes.io/infra:NoSchedule'],
  };

  expect(readWorkers(workerNodes('c', declared))).toEqual(declared);
});
