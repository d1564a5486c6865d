import { describe, expect, test } from 'vitest';
import type { ClusterSight } from '../../../../../src/drivers/kind/observe/sight.ts';
import { type Harm, NO_HARM } from '../../../../../src/drivers/kind/observe/control-files.ts';
import { damageOf, isEmptied } from '../../../../../src/drivers/kind/observe/damage.ts';
import { nodesByCluster } from '../../../../../src/drivers/kind/observe/nodes.ts';
import { controlFiles, fakeNode, LIVE } from '../../../../support/kind/fake-nodes.ts';

const NO_SERVER: Harm = { ...NO_HARM, missing: ['manifests/kube-apiserver.yaml'] };
const NO_ROOT: Harm = { ...NO_HARM, missing: ['pki/ca.crt'], lost: ['pki/ca.crt'] };

const BARE = { control: controlFiles({ 'admin.conf': null }), kept: null, kubeconfigs: [], mirrors: [] };

const BEGUN = { ...LIVE, isMade: false };

/** As it is, too, for a moment while its API server is started again. */
const UNNOTED: Scene = { noted: false, isDown: true };

interface Scene extends Partial<ClusterSight> {
  readonly state?: string;
  readonly noted?: boolean;
}

function found(scene: Scene): ReturnType<typeof damageOf> {
  return damageOf(sight(scene));
}

function sight({ state = 'running', noted = true, ...changed }: Scene): ClusterSight {
  const nodes = nodesByCluster([fakeNode('shop-dev-control-plane', { state })]).get('shop-dev') ?? [];
  const files = { control: controlFiles(), kept: noted ? {} : null, kubeconfigs: [], mirrors: [] };
  return { name: 'shop-dev', nodes, files, harm: NO_HARM, live: null, isDown: false, kubeconfig: true, ...changed };
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
    ['of which somebody took our notes while it is at rest', { noted: false, state: 'exited' }],
  ])('%s', (_, scene) => {
    expect(found(scene)).toEqual({ damage: null, lost: null });
  });
});

test.each<readonly [string, Scene, string]>([
  [
    'a file that is gone, where the API does not answer either,',
    { harm: NO_SERVER },
    'gone from its control plane: manifests/kube-apiserver.yaml',
  ],
  [
    'what has expired, where the API does not answer either,',
    { harm: { ...NO_HARM, expired: ['pki/apiserver.crt'] } },
    'expired in its control plane: pki/apiserver.crt',
  ],
  ['a note that is gone', { noted: false, live: LIVE }, 'it has no note of ours'],
  [
    'a note that is gone, and a file that is only moved aside,',
    { noted: false, live: LIVE, harm: NO_SERVER },
    'it has no note of ours',
  ],
  [
    'a note that may never have been there',
    UNNOTED,
    'it has no note of ours, and nobody listens where its API should be',
  ],
])('%s is damage, and can be mended', (_, scene, damage) => {
  expect(found(scene)).toEqual({ damage, lost: null });
});

test.each<readonly [string, Scene, RegExp]>([
  ['without our notes or all its files, where nobody listens', { ...UNNOTED, harm: NO_SERVER }, /made by half/],
  ['without our notes, that never got its kubeconfig', { noted: false, files: BARE }, /made by half/],
  [
    'without our notes, that nobody uses and kind did not get to the end of',
    { noted: false, live: BEGUN },
    /made by half/,
  ],
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

test.each<readonly [string, Scene, boolean]>([
  ['that was made by half', { noted: false, live: BEGUN }, true],
  ['whose etcd has nothing any more', { live: { ...LIVE, isWhole: false } }, true],
  ['that lacks its authority', { harm: NO_ROOT, isDown: true }, false],
  ['without a control plane', { nodes: [] }, false],
  ['that works', { live: LIVE }, false],
])('with a cluster %s, nothing of anybody is lost: %3$s', (_, scene, expected) => {
  expect(isEmptied(sight(scene))).toBe(expected);
});
