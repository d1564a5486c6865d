import { expect, test } from 'vitest';
import { type Fate, fateOf, isTelling } from '../../../../../src/drivers/kind/actuate/fate.ts';
import { NO_HARM } from '../../../../../src/drivers/kind/observe/control-files.ts';
import { nodesByCluster } from '../../../../../src/drivers/kind/observe/nodes.ts';
import type { ClusterSight } from '../../../../../src/drivers/kind/observe/sight.ts';
import { controlFiles, fakeNode, LIVE } from '../../../../support/kind/fake-nodes.ts';

const NO_ROOT = { ...NO_HARM, missing: ['pki/ca.crt'], lost: ['pki/ca.crt'] };
const BARE = { control: controlFiles({ 'admin.conf': null }), kept: null, kubeconfigs: [], mirrors: [] };

function sight({ state = 'running', ...changed }: Partial<ClusterSight> & { readonly state?: string }): ClusterSight {
  const nodes = nodesByCluster([fakeNode('shop-dev-control-plane', { state })]).get('shop-dev') ?? [];
  const files = { control: controlFiles(), kept: {}, kubeconfigs: [], mirrors: [] };
  return { name: 'shop-dev', nodes, files, harm: NO_HARM, live: null, isDown: false, kubeconfig: true, ...changed };
}

test.each<readonly [string, Parameters<typeof sight>[0], boolean, Fate['state']]>([
  ['whose API has nothing any more', { live: { ...LIVE, isWhole: false } }, true, 'lost'],
  ['without a control plane', { nodes: [] }, true, 'lost'],
  ['whose containers never got to Kubernetes', { state: 'created', files: BARE, harm: NO_ROOT }, true, 'lost'],
  ['that is used, whatever it lacks on its disk', { harm: NO_ROOT, live: LIVE }, true, 'stays'],
  ['that is at rest', { state: 'exited' }, true, 'unknown'],
  ['without its authority, where nobody listens', { harm: NO_ROOT, isDown: true }, false, 'lost'],
  ['without our note and a way in', { files: BARE }, false, 'lost'],
  ['that has all its files, and does not answer', { isDown: true }, false, 'unknown'],
])('a cluster %s', (_, changed, isTold, state) => {
  const found = sight(changed);

  expect(isTelling(found), 'no more is waited for').toBe(isTold);
  expect(fateOf(found).state).toBe(state);
});
