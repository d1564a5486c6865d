import { expect, test } from 'vitest';
import { kindModel } from '../../../../src/drivers/kind/model.ts';
import { fieldPath } from '../../../../src/model/field-path.ts';
import type { Json, JsonObject } from '../../../../src/model/json.ts';
import { desired } from '../../../support/builders.ts';

function problems(config: JsonObject, name = 'shop-dev'): readonly string[] {
  const whole = { nodes: { control_plane: { count: 1 }, workers: { count: 2 } }, ...config };
  const resource = desired('dev', { type: 'cluster', address: 'cluster.dev', name, config: whole });
  return kindModel.unsupported(resource, null).map(({ field_path: path }) => path);
}

test('a cluster with all that kind carries has nothing to refuse', () => {
  const config = {
    port_mappings: { '8080': { host_port: 8080, node_port: 30_080 } },
    mounts: { '/src': { host_path: '/home/me/src', node_path: '/src' } },
    registry_mirrors: { 'docker.io': ['https://mirror'], 'localhost:5000': ['http://registry:5000'] },
    driver_options: { image: 'kindest/node:mine', networking: { ipFamily: 'dual' }, kubeadmConfigPatches: ['kind: X'] },
  };

  expect(problems(config)).toEqual([]);
});

test.each([
  ['no control plane', { nodes: { control_plane: { count: 0 } } }, "$['nodes']['control_plane']['count']"],
  ['a mount over the mark', { mounts: { '/kind/trueup': { host_path: '/x' } } }, "$['mounts']['/kind/trueup']"],
  ['a path with a colon', { mounts: { '/x': { host_path: '/a:b' } } }, "$['mounts']['/x']"],
  ['a registry with a path', { registry_mirrors: { 'a/../b': ['https://m'] } }, "$['registry_mirrors']['a/../b']"],
  ['an option that kind has not', { driver_options: { colour: 1 } }, "$['driver_options']['colour']"],
  ['an option that is a field', { driver_options: { featureGates: {} } }, "$['driver_options']['featureGates']"],
  [
    'a subnet among the options',
    { driver_options: { networking: { podSubnet: '10.0.0.0/8' } } },
    "$['driver_options']['networking']['podSubnet']",
  ],
  [
    'a patch that is no YAML',
    { driver_options: { kubeadmConfigPatches: ['kind: [X'] } },
    "$['driver_options']['kubeadmConfigPatches']",
  ],
  [
    'a patch of nothing',
    { driver_options: { kubeadmConfigPatches: ['maxPods: 7'] } },
    "$['driver_options']['kubeadmConfigPatches']",
  ],
  [
    'a patch without operations',
    { driver_options: { kubeadmConfigPatchesJSON6902: [{ kind: 'X', patch: 'op: add' }] } },
    "$['driver_options']['kubeadmConfigPatchesJSON6902']",
  ],
  [
    'a patch of containerd that is no text',
    { driver_options: { containerdConfigPatches: [{ version: 3 }] } },
    "$['driver_options']['containerdConfigPatches']",
  ],
  ['a secret among the options', { driver_options: { image: { $secret: 'x' } } }, "$['driver_options']"],
])('%s is refused at its line', (_, config, path) => {
  expect(problems(config)).toEqual([path]);
});

test.each(['Shop', 'a_b', 'x'.repeat(51), '-a', 'a-'])('the name %s is refused', (name) => {
  expect(problems({}, name)).toEqual(["$['name']"]);
});

test.each<readonly [readonly string[], string]>([
  [['kubernetes_version'], 'replace'],
  [['nodes', 'workers', 'count'], 'replace'],
  [['nodes', 'workers', 'labels', 'tier'], 'in_place'],
  [['nodes', 'control_plane', 'taints'], 'in_place'],
  [['port_mappings', '8080', 'node_port'], 'replace'],
  [['mounts', '/src'], 'replace'],
  [['registry_mirrors', 'docker.io'], 'in_place'],
  [['feature_gates', 'A'], 'replace'],
  [['driver_options', 'networking'], 'replace'],
  [['addons', 'a.yaml'], 'in_place'],
  [['damage'], 'in_place'],
  [['lost'], 'replace'],
  [['run_state'], 'in_place'],
  [['colour'], 'unsupported'],
])('a change of %j is %s', (names, effect) => {
  expect(kindModel.effect('cluster', fieldPath(...names), 'a', 'b', null)).toBe(effect);
});

test.each<readonly [string, Json, Json, boolean]>([
  ['kubernetes_version', 'v1.36', '1.36.3', true],
  ['kubernetes_version', 'v1.35', '1.36.3', false],
  ['kubernetes_version', null, '1.36.3', true],
  ['pod_subnet', null, '10.244.0.0/16', true],
  ['pod_subnet', null, '10.1.0.0/16', false],
  ['service_subnet', null, '10.96.0.0/16', true],
  ['service_subnet', '10.1.0.0/16', '10.96.0.0/16', false],
  ['labels', null, { a: 'b' }, false],
])('%s: %j and %j are the same: %s', (field, wanted, found, same) => {
  expect(kindModel.equal('cluster', fieldPath(field), wanted, found, () => null)).toBe(same);
});

test('what is left out is compared as none', () => {
  expect(kindModel.comparable('cluster', {}, null)).toMatchObject({
    nodes: { control_plane: { count: 1, labels: {}, taints: [] }, workers: { count: 0, labels: {}, taints: [] } },
    port_mappings: {},
    registry_mirrors: {},
    addons: {},
    damage: null,
  });
});
