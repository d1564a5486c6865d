import { expect, test } from 'vitest';
import { kwokModel } from '../../../../src/drivers/kwok/model.ts';
import { fieldPath } from '../../../../src/model/field-path.ts';
import type { Json, JsonObject } from '../../../../src/model/json.ts';
import { desired } from '../../../support/builders.ts';

const FACTS = { kind: 'kwok', version: '0.8.0', api_server: '1.36.3', api_server_problem: null };

function problems(config: JsonObject, name = 'shop-dev'): readonly string[] {
  const whole = { nodes: { control_plane: { count: 1 }, workers: { count: 2 } }, ...config };
  const resource = desired('dev', { type: 'cluster', address: 'cluster.dev', name, config: whole });
  return kwokModel.unsupported(resource, null).map(({ field_path: path }) => path);
}

test('a plain cluster has nothing to refuse', () => {
  expect(problems({ port_mappings: {}, mounts: {}, registry_mirrors: {}, driver_options: {} })).toEqual([]);
});

test.each([
  ['two control planes', { nodes: { control_plane: { count: 2 } } }, "$['nodes']['control_plane']['count']"],
  [
    'labels of the control plane',
    { nodes: { control_plane: { count: 1, labels: { a: 'b' } } } },
    "$['nodes']['control_plane']['labels']",
  ],
  ['ports', { port_mappings: { '8080': { host_port: 8080, node_port: 80 } } }, "$['port_mappings']"],
  ['mounts', { mounts: { '/x': { node_path: '/x' } } }, "$['mounts']"],
  ['mirrors', { registry_mirrors: { 'docker.io': ['https://mirror'] } }, "$['registry_mirrors']"],
  ['a test in a node', { health_check: { test: ['CMD', 'true'] } }, "$['health_check']['test']"],
])('%s are refused at their line', (_, config, path) => {
  expect(problems(config)).toEqual([path]);
});

test.each(['Shop', 'a_b', 'x'.repeat(51), '-a'])('the name %s is refused', (name) => {
  expect(problems({}, name)).toEqual(["$['name']"]);
});

test('another version than the one on the PATH is refused once that is known', () => {
  const at = (version: string): number => {
    const resource = desired('dev', { type: 'cluster', config: { kubernetes_version: version } });
    return kwokModel.unsupported(resource, FACTS).length;
  };

  expect(at('v1.36')).toBe(0);
  expect(at('v1.35')).toBe(1);
});

test('where nobody knows which version a cluster would get, only a declared one is refused', () => {
  const facts = { ...FACTS, api_server: null, api_server_problem: '/bin/kube-apiserver does not say' };
  const told = (config: JsonObject): readonly string[] =>
    kwokModel.unsupported(desired('dev', { type: 'cluster', config }), facts).map(({ summary }) => summary);

  expect(told({})).toEqual([]);
  expect(told({ kubernetes_version: 'v1.36' })).toEqual(['/bin/kube-apiserver does not say']);
});

test.each<readonly [string, Json, Json, string]>([
  ['kubernetes_version', 'v1.35', 'v1.36', 'replace'],
  ['feature_gates', {}, { A: true }, 'replace'],
  ['nodes', 1, 2, 'in_place'],
  ['addons', {}, { 'a.yaml': { content: 'sha256:1' } }, 'in_place'],
  ['damage', 'its certificates are gone', null, 'restart'],
  ['lost', 'its data are gone', null, 'replace'],
  ['run_state', 'dead', 'running', 'restart'],
  ['run_state', 'stopped', 'running', 'in_place'],
  ['mounts', null, {}, 'unsupported'],
])('from %s %j to %j is %s', (field, before, after, effect) => {
  expect(kwokModel.effect('cluster', fieldPath(field), before, after, null)).toBe(effect);
});

test.each<readonly [string, Json, Json, boolean]>([
  ['kubernetes_version', 'v1.36', '1.36.3', true],
  ['kubernetes_version', 'v1.35', '1.36.3', false],
  ['kubernetes_version', null, '1.36.3', true],
  ['kubernetes_version', 'v1.35', null, true],
  ['pod_subnet', null, '10.244.0.0/16', true],
  ['pod_subnet', '10.1.0.0/16', null, false],
  ['run_state', 'stopped', 'failed', true],
  ['run_state', 'running', 'failed', false],
])('%s: %j and %j are the same: %s', (field, wanted, found, same) => {
  expect(kwokModel.equal('cluster', fieldPath(field), wanted, found, () => null)).toBe(same);
});
