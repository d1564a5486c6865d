import { fieldPath } from '../../../../../src/model/field-path.ts';
import { expect, test } from 'vitest';
import { type ClusterSight, clusterObject } from '../../../../../src/drivers/kwok/observe/cluster-object.ts';

const STARTED = '2026-01-31T10:00:00.000Z';
const UP = { name: 'etcd', state: 'running', pid: 7, startedAt: STARTED } as const;
const DOWN = { name: 'kube-apiserver', state: 'stale', pid: 8, startedAt: null } as const;

function sight(overrides: Partial<ClusterSight> = {}): ClusterSight {
  return {
    name: 'shop-dev',
    folder: '/state/clusters/shop-dev',
    mark: {
      ownership: {
        owner: 'o',
        project: 'shop',
        environment: 'local',
        address: 'cluster.dev',
        checkout: null,
        created_revision: null,
      },
      kept: { nodes: { workers: { count: 2 } }, kubeconfig: { merge: true } },
      id: null,
      kubeconfigs: [],
    },
    settings: { components: [] },
    damage: null,
    lost: null,
    hasData: true,
    components: [UP],
    live: { version: '1.36.3', workers: { count: 1 }, addons: {}, contents: { objects: ['1 pod'], images: [] } },
    kubeconfig: true,
    ...overrides,
  };
}

test('what the API says counts, and not what was made', () => {
  expect(clusterObject(sight()).configured).toMatchObject({
    kubernetes_version: '1.36.3',
    nodes: { workers: { count: 1 } },
    kubeconfig: { merge: true },
    damage: null,
    run_state: 'running',
  });
});

test('of a cluster that is stopped, what was made last counts', () => {
  const object = clusterObject(
    sight({ live: null, components: [{ ...UP, state: 'stopped', pid: null, startedAt: null }] }),
  );

  expect(object.configured).toMatchObject({ nodes: { workers: { count: 2 } }, run_state: 'stopped' });
  expect(object.status.incarnation).toBeNull();
});

test('a cluster that runs and does not answer says which fields nobody could be asked about', () => {
  const object = clusterObject(sight({ live: null }));

  expect(object.unseen).toEqual({
    fields: [fieldPath('addons'), fieldPath('nodes')],
    reason: 'its API server does not answer',
  });
  expect(object.status.reason).toBe('its API server does not answer');
  expect(clusterObject(sight({})).unseen).toBeUndefined();
});

test('a cluster runs since the last of its processes was started', () => {
  const later = { ...UP, name: 'kube-apiserver', startedAt: '2026-01-31T10:00:02.000Z' };

  expect(clusterObject(sight({ components: [later, UP] })).status.since).toBe(later.startedAt);
  expect(clusterObject(sight({ components: [UP, DOWN], live: null })).status.since).toBeNull();
});

test('a cluster of which a part is gone is dead, and the part is named', () => {
  expect(clusterObject(sight({ components: [UP, DOWN], live: null })).status).toMatchObject({
    run_state: 'dead',
    reason: 'gone of its processes: kube-apiserver',
  });
});

test.each([
  ['is damaged', { damage: 'gone from its folder: pki/ca.crt', lost: null }],
  ['has lost its data', { damage: null, lost: 'its data are gone' }],
])('a cluster that %s says so', (_, overrides) => {
  const object = clusterObject(sight(overrides));

  expect(object.configured).toMatchObject(overrides);
  expect(object.status.reason).toBe(overrides.damage ?? overrides.lost);
});

test('what is in it goes along with it', () => {
  expect(clusterObject(sight()).goes_along).toEqual(['1 pod']);
});

test('of what is in a cluster that nobody can ask it is said that there is something, unless its data are gone', () => {
  const [untold] = clusterObject(sight({ live: null })).goes_along ?? [];

  expect(untold).toBe('all that is in it, which only its API server could tell');
  expect(clusterObject(sight({ live: null, hasData: false }))).not.toHaveProperty('goes_along');
});

test('a context that leads elsewhere is a difference', () => {
  expect(clusterObject(sight({ kubeconfig: false })).configured['kubeconfig']).toBeNull();
});
