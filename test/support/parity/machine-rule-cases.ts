/** The cases of the rules that are about VMs and clusters, in the order of the table. */
import type { JsonObject } from '../../../src/model/json.ts';
import { type Held, rule, type RuleCase } from './rule-case.ts';

const VM = { address: 'vm.builder' } as const;
const CLUSTER = { address: 'cluster.dev' } as const;
const VOLUME = { address: 'volume.builder.disk' } as const;
const RUNTIME = { mode: 'runtime' } as const;

const DEBIAN = './images/debian-12.qcow2';
const DIGEST = `sha256:${'a'.repeat(64)}`;
const OTHER_DIGEST = `sha256:${'b'.repeat(64)}`;

function image(location: string, digest: string | null = null): JsonObject {
  return { image: { location, digest } };
}

function mount(settings: JsonObject = {}): JsonObject {
  return { mounts: { '/src': { host_path: './app', guest_path: '/src', mode: 'rw', ...settings } } };
}

function forward(hostPort: number, guestPort = 22, address = '127.0.0.1'): JsonObject {
  const settings = { host_port: hostPort, guest_port: guestPort, protocol: 'tcp', host_ip: address };
  return { port_forwards: { [String(hostPort)]: settings } };
}

function network(name: string, address: string | null = null): JsonObject {
  return { networks: { user: null, [name]: { name, mac_address: address } } };
}

function version(text: string | null): JsonObject {
  return { kubernetes_version: text };
}

function workers(settings: JsonObject): JsonObject {
  return { nodes: { workers: settings } };
}

function addon(settings: JsonObject = {}): JsonObject {
  return { addons: { 'addons/a.yaml': { path: './addons/a.yaml', content: DIGEST, position: 0, ...settings } } };
}

function absent(address: 'vm.builder' | 'cluster.dev'): Partial<Held> {
  return { address, ...RUNTIME, sides: { target: { absent: new Map([[address, null]]) } } };
}

export const ABSENT_MACHINE_CASES: Readonly<Record<string, RuleCase>> = {
  'machine-absent': rule([], [{}, null, absent('vm.builder')], [{}, null, 'vm-missing', { ...VM, ...RUNTIME }]),
  'vm-missing': rule([], [{}, null, VM], [{}, null, 'cluster-missing', CLUSTER]),
  'cluster-missing': rule([], [null, {}, CLUSTER], [null, {}, 'machine-absent', clusterAbsent()]),
};

function clusterAbsent(): Partial<Held> {
  return { ...CLUSTER, ...RUNTIME, sides: { source: { absent: new Map([['cluster.dev', null]]) } } };
}

export const MACHINE_CASES: Readonly<Record<string, RuleCase>> = {
  'vm-arch-of-host': rule(['arch'], [{}, { arch: 'x86_64' }, VM], [{ arch: 'aarch64' }, { arch: 'x86_64' }, 'vm-arch']),
  'vm-arch': rule(['arch'], [{ arch: 'aarch64' }, { arch: 'x86_64' }, VM], [{}, { arch: 'x86_64' }, 'vm-arch-of-host']),
  'vm-image-place': rule(
    ['image', 'location'],
    [image(DEBIAN, DIGEST), image('https://images.example.com/debian-12.qcow2', DIGEST), VM],
    [image(DEBIAN, DIGEST), image('https://images.example.com/debian-12.qcow2', OTHER_DIGEST), 'vm-image'],
  ),
  'vm-image-digest': rule(
    ['image', 'digest'],
    [image(DEBIAN), image(DEBIAN, DIGEST), VM],
    [image(DEBIAN, OTHER_DIGEST), image(DEBIAN, DIGEST), 'vm-image'],
  ),
  'vm-image': rule(
    ['image', 'location'],
    [image(DEBIAN), image('./images/debian-13.qcow2'), VOLUME],
    [image(DEBIAN, DIGEST), image('./images/debian-13.qcow2', DIGEST), 'vm-image-place'],
  ),
  'vm-kernel': rule(
    ['cmdline'],
    [{ cmdline: 'quiet' }, { cmdline: 'console=ttyS0' }, VM],
    [{ cmdline: 'quiet' }, { cmdline: 'quiet' }, null],
  ),
  'vm-cpus': rule(['cpus'], [{ cpus: 2 }, { cpus: 4 }, VM], [{ cpus: 2 }, { cpus: 2 }, null]),
  'vm-memory': rule(
    ['memory'],
    [{ memory: '2GiB' }, { memory: '8GiB' }, VM],
    [{ memory: '2GiB' }, { memory: '2GiB' }, null],
  ),
  'vm-disk': rule(['disk'], [{ disk: '20GiB' }, { disk: '60GiB' }, VM], [{ disk: '20GiB' }, { disk: '20GiB' }, null]),
  'vm-provision': rule(
    ['provision'],
    [{ provision: [{ mode: 'system', script: 'apt-get update' }] }, {}, VM],
    [{ provision: [{ mode: 'system', script: 'true' }] }, { provision: [{ mode: 'system', script: 'true' }] }, null],
  ),
  'vm-address': rule(
    ['networks', 'lan', 'mac_address'],
    [network('lan', '52:54:00:00:00:01'), network('lan', '52:54:00:00:00:02'), VM],
    [network('lan', '52:54:00:00:00:01'), network('lan', '52:54:00:00:00:01'), null],
  ),
  'vm-network': rule(['networks', 'lan'], [network('lan'), {}, VM], [network('lan'), network('lan'), null]),
  'machine-mount-path': rule(
    ['mounts', '/src', 'host_path'],
    [mount(), mount({ host_path: '/srv/app' }), VM],
    [mount(), mount(), null],
  ),
  'machine-mount': rule(
    ['mounts', '/src', 'mode'],
    [mount(), mount({ mode: 'ro' }), CLUSTER],
    [mount(), mount({ host_path: '/srv/app' }), null],
  ),
  'forward-exposure': rule(
    ['port_forwards', '2222', 'host_ip'],
    [forward(2222), forward(2222, 22, '0.0.0.0'), VM],
    [forward(2222), forward(2222, 22, '127.0.0.2'), 'forward-number'],
  ),
  'forward-number': rule(
    ['port_forwards', '2222'],
    [forward(2222), forward(2022), VM],
    [forward(2222), forward(2022, 80), 'forward'],
  ),
  forward: rule(['port_forwards', '2222'], [forward(2222), {}, VM], [forward(2222), forward(2022), 'forward-number']),
  'driver-options': rule(
    ['driver_options', 'runtimeConfig'],
    [{ driver_options: { runtimeConfig: { 'api/alpha': 'true' } } }, {}, CLUSTER],
    [{ driver_options: { image: 'node:1' } }, { driver_options: { image: 'node:1' } }, null],
  ),
  'machine-kind': rule(
    ['machine'],
    [{ machine: 'q35' }, { machine: 'pc' }, VM],
    [{ machine: 'q35' }, { machine: 'q35' }, null],
  ),
  'readiness-timing': rule(
    ['ready', 'timeout'],
    [{ ready: { timeout: '10m' } }, {}, CLUSTER],
    [{ ready: { timeout: '5m' } }, {}, null],
  ),
  readiness: rule(
    ['ready', 'cloud_init'],
    [{ ready: { cloud_init: true } }, {}, VM],
    [{ ready: { timeout: '10m' } }, {}, null],
  ),

  'kubernetes-unknown': rule(
    ['kubernetes_version'],
    [version('v1.36'), version('v1.36.1'), CLUSTER],
    [version('v1.36'), version('v1.35.1'), 'kubernetes-minor'],
  ),
  'kubernetes-patch': rule(
    ['kubernetes_version'],
    [version('v1.36.1'), version('v1.36.3'), CLUSTER],
    [version('v1.36.1'), version('v1.36'), 'kubernetes-unknown'],
  ),
  'kubernetes-skew': rule(
    ['kubernetes_version'],
    [version('v1.34.1'), version('v1.36.1'), CLUSTER],
    [version('v1.35.9'), version('v1.36.1'), 'kubernetes-minor'],
  ),
  'kubernetes-minor': rule(
    ['kubernetes_version'],
    [version('v1.35.1'), version('v1.36.1'), CLUSTER],
    [version(null), version('v1.36.1'), 'kubernetes-unknown'],
  ),
  'single-node': rule(
    ['nodes', 'workers', 'count'],
    [{}, workers({ count: 2 }), CLUSTER],
    [workers({ count: 1 }), workers({ count: 2 }), 'node-count'],
  ),
  'node-count': rule(
    ['nodes', 'workers', 'count'],
    [workers({ count: 2 }), workers({ count: 5 }), CLUSTER],
    [{}, workers({ count: 5 }), 'single-node'],
  ),
  'node-labels': rule(
    ['nodes', 'workers', 'labels', 'disk'],
    [workers({ labels: { disk: 'ssd' } }), {}, CLUSTER],
    [workers({ labels: { disk: 'ssd' } }), workers({ labels: { disk: 'ssd' } }), null],
  ),
  'addon-missing': rule(
    ['addons', 'addons/a.yaml'],
    [addon(), {}, CLUSTER],
    [addon(), addon({ content: OTHER_DIGEST }), null],
  ),
  'addon-place': rule(
    ['addons', 'addons/a.yaml', 'position'],
    [addon(), addon({ position: 1 }), CLUSTER],
    [addon(), addon({ content: OTHER_DIGEST }), null],
  ),
  addon: rule(
    ['addons', 'addons/a.yaml', 'content'],
    [addon(), addon({ content: OTHER_DIGEST }), CLUSTER],
    [addon(), addon({ position: 1 }), null],
  ),
  'feature-gate': rule(
    ['feature_gates', 'InPlace'],
    [{ feature_gates: { InPlace: true } }, {}, CLUSTER],
    [{ feature_gates: { InPlace: true } }, { feature_gates: { InPlace: true } }, null],
  ),
  'cluster-addresses': rule(
    ['pod_subnet'],
    [{ pod_subnet: '10.244.0.0/16' }, {}, CLUSTER],
    [{ pod_subnet: '10.244.0.0/16' }, { pod_subnet: '10.244.0.0/16' }, null],
  ),
  'registry-mirror': rule(
    ['registry_mirrors', 'docker.io'],
    [{ registry_mirrors: { 'docker.io': ['https://mirror.example.com'] } }, {}, CLUSTER],
    [{}, {}, null],
  ),
  kubeconfig: rule(
    ['kubeconfig', 'merge'],
    [{ kubeconfig: { merge: true } }, {}, CLUSTER],
    [{ kubeconfig: { merge: false } }, {}, null],
  ),
};
