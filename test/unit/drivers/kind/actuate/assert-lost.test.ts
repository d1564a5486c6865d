import { expect, test } from 'vitest';
import { verdictOf } from '../../../../../src/drivers/kind/actuate/assert-lost.ts';
import { NO_HARM } from '../../../../../src/drivers/kind/observe/control-files.ts';
import { nodesByCluster } from '../../../../../src/drivers/kind/observe/nodes.ts';
import type { ClusterSight, LiveCluster } from '../../../../../src/drivers/kind/observe/sight.ts';
import { controlFiles, fakeNode } from '../../../../support/kind/fake-nodes.ts';

const USED: LiveCluster = {
  version: '1.36.3',
  carried: { control_plane: {}, workers: {} },
  addons: {},
  isWhole: true,
  contents: { objects: ['1 namespace (tools)'], images: [] },
};
const NO_ROOT = { ...NO_HARM, missing: ['pki/ca.crt'], lost: ['pki/ca.crt'] };
const SOON = 1_000;
const LATE = 11_000;
const LATEST = 61_000;

function sight(changed: Partial<ClusterSight>): ClusterSight {
  const nodes = nodesByCluster([fakeNode('shop-dev-control-plane')]).get('shop-dev') ?? [];
  const files = { control: controlFiles(), kept: {}, kubeconfigs: [], mirrors: [] };
  return { name: 'shop-dev', nodes, files, harm: NO_HARM, live: null, isDown: false, kubeconfig: true, ...changed };
}

test.each<readonly [string, Partial<ClusterSight>, number, ReturnType<typeof verdictOf>]>([
  ['without its authority, where nobody listens yet', { harm: NO_ROOT, isDown: true }, SOON, null],
  ['without its authority, where nobody listens still', { harm: NO_ROOT, isDown: true }, LATE, 'lost'],
  ['whose API has nothing any more', { live: { ...USED, isWhole: false } }, SOON, 'lost'],
  ['without a control plane', { nodes: [] }, SOON, 'lost'],
  ['that is used', { harm: NO_ROOT, live: USED }, SOON, 'stays'],
  ['that has all its files, and does not answer yet', { isDown: true }, LATE, null],
  ['that has all its files, and does not answer at all', { isDown: true }, LATEST, 'stays'],
])('a cluster %s', (_, changed, lookedForMs, expected) => {
  expect(verdictOf(sight(changed), lookedForMs)).toBe(expected);
});
