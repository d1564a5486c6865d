import { expect, test } from 'vitest';
import { clusterObject } from '../../../../../src/drivers/kind/observe/cluster-object.ts';
import type { ClusterSight, LiveCluster } from '../../../../../src/drivers/kind/observe/sight.ts';
import { NO_HARM } from '../../../../../src/drivers/kind/observe/control-files.ts';
import { credentialsFrom } from '../../../../../src/drivers/kind/observe/credentials.ts';
import { nodesByCluster } from '../../../../../src/drivers/kind/observe/nodes.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { controlFiles, fakeNode, LIVE, OWNERSHIP } from '../../../../support/kind/fake-nodes.ts';

const FIRST = 'shop-dev-control-plane';
const KEPT = {
  labels: { team: 'core' },
  kubeconfig: { merge: false },
  nodes: { workers: { labels: { tier: 'web' } } },
};

function sight(containers: readonly JsonObject[], changed: Partial<ClusterSight> = {}): ClusterSight {
  const nodes = nodesByCluster(containers).get('shop-dev') ?? [];
  const files = { control: controlFiles(), kept: KEPT, kubeconfigs: [], mirrors: [{}] };
  return { name: 'shop-dev', nodes, files, harm: NO_HARM, live: null, isDown: false, kubeconfig: true, ...changed };
}

function live(changed: Partial<LiveCluster> = {}): LiveCluster {
  const carried = { labels: {}, taints: [] };
  return { ...LIVE, carried: { control_plane: carried, workers: carried }, ...changed };
}

test('a cluster is what its containers, its files and its API say', () => {
  const found = clusterObject(
    sight([
      fakeNode(FIRST, { ports: { '30080/tcp': [{ HostIp: '', HostPort: '8080' }] }, binds: ['/src:/src:ro'] }),
      fakeNode('shop-dev-worker', { role: 'worker', binds: ['/src:/src:ro'] }),
    ]),
  );

  expect(found.ownership).toEqual(OWNERSHIP);
  expect(found.configured).toMatchObject({
    kubernetes_version: '1.36.3',
    nodes: { control_plane: { count: 1 }, workers: { count: 1, labels: { tier: 'web' } } },
    port_mappings: { '8080': { host_ip: '0.0.0.0', host_port: 8080, node_port: 30_080, protocol: 'tcp' } },
    mounts: { '/src': { host_path: '/src', node_path: '/src', mode: 'ro' } },
    feature_gates: { A: true, B: false },
    pod_subnet: '10.244.0.0/16',
    service_subnet: '10.96.0.0/16',
    labels: { team: 'core' },
    damage: null,
    lost: null,
    run_state: 'running',
  });
});

test.each<readonly [readonly string[], string]>([
  [['running', 'running'], 'running'],
  [['exited', 'exited'], 'stopped'],
  [['paused', 'paused'], 'paused'],
  [['running', 'exited'], 'dead'],
  [['paused', 'exited'], 'dead'],
])('nodes that are %j make a cluster that is %s', (states, expected) => {
  const containers = states.map((state, index) =>
    fakeNode(index === 0 ? FIRST : 'shop-dev-worker', { state, role: index === 0 ? 'control-plane' : 'worker' }),
  );

  expect(clusterObject(sight(containers)).configured['run_state']).toBe(expected);
});

test('a mirror that one node lacks counts as none', () => {
  const mirrors = [{ 'docker.io': ['https://m'] }, {}];
  const found = sight([fakeNode(FIRST)], { files: { control: controlFiles(), kept: KEPT, kubeconfigs: [], mirrors } });

  expect(clusterObject(found).configured['registry_mirrors']).toEqual({});
});

test('what is in it is told, and is no data', () => {
  const found = clusterObject(
    sight([fakeNode(FIRST)], {
      live: live({ contents: { objects: ['1 namespace (shop)'], images: ['1 image in its nodes (app:1)'] } }),
    }),
  );

  expect(found).toMatchObject({
    goes_along: ['1 namespace (shop)', '1 image in its nodes (app:1)'],
    holds_data: false,
  });
});

test('where it is lost, and nobody could tell what is in it, all of it is told to go', () => {
  const harm = { ...NO_HARM, missing: ['pki/ca.crt'], lost: ['pki/ca.crt'] };
  const found = clusterObject(sight([fakeNode(FIRST)], { harm, isDown: true }));

  expect(found.configured['lost']).toContain('pki/ca.crt');
  expect(found.goes_along).toEqual([expect.stringContaining('all that is in it')]);
});

test('where it was never more than begun, nothing is told to go', () => {
  const files = { control: controlFiles({ 'admin.conf': null }), kept: null, kubeconfigs: [], mirrors: [] };
  const found = clusterObject(sight([fakeNode(FIRST)], { files }));

  expect(found.configured['lost']).toContain('made by half');
  expect(found.goes_along).toBeUndefined();
});

test('nodes stand in the order in which they are started, and nothing but nodes', () => {
  const containers = [
    fakeNode('shop-dev-worker10', { role: 'worker' }),
    fakeNode('shop-dev-worker2', { role: 'worker' }),
    fakeNode('other', { cluster: '' }),
    fakeNode('shop-dev-control-plane2'),
    fakeNode(FIRST),
    fakeNode('shop-dev-external-load-balancer', { role: 'external-load-balancer' }),
  ];

  expect(
    nodesByCluster(containers)
      .get('shop-dev')
      ?.map(({ name }) => name),
  ).toEqual([
    'shop-dev-external-load-balancer',
    FIRST,
    'shop-dev-control-plane2',
    'shop-dev-worker2',
    'shop-dev-worker10',
  ]);
});

test('what nobody marked belongs to nobody', () => {
  expect(clusterObject(sight([fakeNode(FIRST, { ownership: null })])).ownership).toBeNull();
});

test('the way in is the port of the host that leads to the API server', () => {
  const { nodes } = sight([fakeNode(FIRST)]);

  expect(credentialsFrom(controlFiles().get('admin.conf'), nodes)).toEqual({
    cluster: { server: 'https://127.0.0.1:40123', 'certificate-authority-data': 'Y2E=' },
    user: { 'client-certificate-data': 'Y2VydA==', 'client-key-data': 'a2V5' },
  });
  expect(credentialsFrom('no: kubeconfig', nodes)).toBeNull();
});
