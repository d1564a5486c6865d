import { describe, expect, test } from 'vitest';
import type { ClusterSight, LiveCluster } from '../../../../../src/drivers/kind/observe/sight.ts';
import { type Harm, NO_HARM } from '../../../../../src/drivers/kind/observe/control-files.ts';
import { damageOf } from '../../../../../src/drivers/kind/observe/damage.ts';
import { nodesByCluster } from '../../../../../src/drivers/kind/observe/nodes.ts';
import { controlFiles, fakeNode } from '../../../../support/kind/fake-nodes.ts';

const LIVE: LiveCluster = {
  version: '1.36.3',
  carried: { control_plane: {}, workers: {} },
  addons: {},
  isWhole: true,
  contents: { objects: [], images: [] },
};
const NO_SERVER: Harm = { ...NO_HARM, missing: ['manifests/kube-apiserver.yaml'] };
const NO_ROOT: Harm = { ...NO_HARM, missing: ['pki/ca.crt'], lost: ['pki/ca.crt'] };

const BARE = { control: controlFiles({ 'admin.conf': null }), kept: null, kubeconfigs: [], mirrors: [] };

/** As it is, too, for a moment while its API server is started again. */
const UNNOTED: Scene = { noted: false, isDown: true };

interface Scene extends Partial<ClusterSight> {
  readonly state?: string;
  readonly noted?: boolean;
}

function found({ state = 'running', noted = true, ...changed }: Scene): ReturnType<typeof damageOf> {
  const nodes = nodesByCluster([fakeNode('shop-dev-control-plane', { state })]).get('shop-dev') ?? [];
  const files = { control: controlFiles(), kept: noted ? {} : null, kubeconfigs: [], mirrors: [] };
  return damageOf({
    name: 'shop-dev',
    nodes,
    files,
    harm: NO_HARM,
    live: null,
    isDown: false,
    kubeconfig: true,
    ...changed,
  });
}

describe('nothing is wrong with a cluster', () => {
  test.each<readonly [string, Scene]>([
    ['that works', { live: LIVE }],
    ['whose API does not answer, with all that it needs', {}],
    ['of whose files one was moved aside while its API answers', { live: LIVE, harm: NO_SERVER }],
    ['that lacks even its authority while its API answers', { live: LIVE, harm: NO_ROOT }],
    ['that lacks even its authority, and is only slow', { harm: { ...NO_HARM, lost: ['pki/ca.key'] } }],
    ['of which somebody took our notes, while it is only slow', { noted: false }],
    ['that is at rest: what it lacks is made when it is started', { state: 'exited', harm: NO_SERVER }],
    ['that is at rest without its authority: nobody could ask it', { state: 'exited', harm: NO_ROOT }],
    [
      'of which somebody took our notes, once it is used',
      { noted: false, live: { ...LIVE, contents: { objects: ['1 pod'], images: [] } } },
    ],
    ['of which somebody took our notes while it is at rest', { noted: false, state: 'exited' }],
  ])('%s', (_, scene) => {
    expect(found(scene)).toEqual({ damage: null, lost: null });
  });
});

test.each<readonly [string, Scene, string]>([
  ['a file that is gone', { harm: NO_SERVER }, 'gone from its control plane: manifests/kube-apiserver.yaml'],
  [
    'what has expired',
    { harm: { ...NO_HARM, expired: ['pki/apiserver.crt'] } },
    'expired in its control plane: pki/apiserver.crt',
  ],
  ['a note that is gone', UNNOTED, 'it has no note of ours, and nobody listens where its API should be'],
])('%s is damage where its API does not answer either, and can be mended', (_, scene, damage) => {
  expect(found(scene)).toEqual({ damage, lost: null });
});

test.each<readonly [string, Scene, RegExp]>([
  ['without our notes or all its files, where nobody listens', { ...UNNOTED, harm: NO_SERVER }, /made by half/],
  ['without our notes, that never got its kubeconfig', { noted: false, files: BARE }, /made by half/],
  ['without our notes, and with nothing in it yet', { noted: false, live: LIVE }, /made by half/],
  ['whose containers never got to Kubernetes', { noted: false, state: 'created', harm: NO_SERVER }, /made by half/],
  ['whose API has forgotten what it was begun with', { live: { ...LIVE, isWhole: false } }, /etcd has lost/],
  [
    'that lacks its authority, and where nobody listens',
    { harm: NO_ROOT, isDown: true },
    /made anew with: pki\/ca\.crt$/,
  ],
  ['without a control plane', { nodes: [] }, /control plane node is gone/],
])('a cluster %s is lost', (_, scene, lost) => {
  expect(found(scene).damage).toBeNull();
  expect(found(scene).lost).toMatch(lost);
});

test('without the key to ask with, nobody knows that its API does not answer', () => {
  const files = { control: controlFiles({ 'admin.conf': null }), kept: {}, kubeconfigs: [], mirrors: [] };

  expect(found({ files, harm: { missing: ['admin.conf'], expired: [], lost: ['pki/ca.key'] } })).toEqual({
    damage: 'gone from its control plane: admin.conf',
    lost: null,
  });
});
