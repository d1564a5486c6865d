import { expect, test } from 'vitest';
import { carriedBy, carriedByAll, carriedOf, taintOf } from '../../../../../src/drivers/kind/nodes/groups.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';

const NOTHING = { labels: {}, taints: [] };

function node(labels: JsonObject, taints: readonly JsonObject[] = []): JsonObject {
  return { metadata: { name: 'n', labels }, spec: { taints } };
}

test('what the system puts on nodes is nothing that they are declared to carry', () => {
  const found = node({ 'kubernetes.io/hostname': 'n', 'node-role.kubernetes.io/control-plane': '', tier: 'web' }, [
    { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
    { key: 'gpu', value: 'yes', effect: 'NoSchedule' },
  ]);

  expect(carriedBy(found, NOTHING)).toEqual({ labels: { tier: 'web' }, taints: ['gpu=yes:NoSchedule'] });
});

test('what is declared is, whatever it is called', () => {
  const found = node({ 'node-role.kubernetes.io/infra': '', 'kubernetes.io/os': 'linux' }, [
    { key: 'node-role.kubernetes.io/infra', effect: 'NoExecute' },
    { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
  ]);
  const declared = {
    labels: { 'node-role.kubernetes.io/infra': '' },
    taints: ['node-role.kubernetes.io/infra:NoSchedule'],
  };

  expect(carriedBy(found, declared)).toEqual({
    labels: { 'node-role.kubernetes.io/infra': '' },
    taints: ['node-role.kubernetes.io/infra:NoExecute'],
  });
});

test('one node that is otherwise makes its group otherwise', () => {
  const same = node({ tier: 'web' });

  expect(carriedByAll([same, same], NOTHING)).toEqual({ labels: { tier: 'web' }, taints: [] });
  expect(carriedByAll([same, node({ tier: 'data' })], NOTHING)).toEqual({
    labels: { tier: 'web', 'dev.trueup/uneven': '2 kinds of nodes' },
    taints: [],
  });
});

test('taints are declared in the words of kubectl', () => {
  const config = { nodes: { workers: { taints: ['gpu=yes:NoSchedule', 'b:NoExecute'] } } };

  expect(carriedOf(config, 'workers').taints).toEqual(['b:NoExecute', 'gpu=yes:NoSchedule']);
  expect(taintOf('gpu=yes:NoSchedule')).toEqual({ key: 'gpu', value: 'yes', effect: 'NoSchedule' });
  expect(taintOf('b:NoExecute')).toEqual({ key: 'b', effect: 'NoExecute' });
});
