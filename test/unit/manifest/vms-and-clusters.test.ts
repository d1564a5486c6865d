import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/model/address.ts';
import { fieldPath } from '../../../src/model/field-path.ts';
import { described, loadText } from './support.ts';

async function resourceOf(text: string, address: Address) {
  const { environments, diagnostics } = await loadText(text);
  expect(described(diagnostics)).toEqual([]);
  return environments[0]?.resources.get(address);
}

describe('VMs', () => {
  it('have every field of the schema, with its default', async () => {
    const vm = await resourceOf('vms: { builder: { driver: libvirt } }', 'vm.builder');

    expect(vm).toMatchObject({ name: 'local-builder', engine: 'libvirt', deletion_policy: 'retain', protect: false });
    expect(vm?.config).toEqual({
      arch: null,
      machine: null,
      accelerator: 'auto',
      cpus: 2,
      memory: '2GiB',
      disk: null,
      image: null,
      kernel: null,
      initrd: null,
      cmdline: null,
      additional_disks: {},
      mounts: {},
      networks: { user: { name: 'user', mac_address: null } },
      port_forwards: {},
      provision: [],
      cloud_init: null,
      environment_variables: {},
      autostart: false,
      run_state: 'running',
      apply_restart: 'when_stopped',
      stop_grace_period: '30s',
      ready: { serial: null, guest_agent: false, cloud_init: false, ssh: null, ports: [], timeout: '5m' },
      health_check: null,
      snapshots: { when: 'never', keep: 3 },
      dependencies: {},
      labels: {},
      driver_options: {},
      protect: false,
      deletion_policy: 'retain',
    });
  });

  it('mean by a short form what they mean by the long one', async () => {
    const short = await resourceOf(
      `vms: { a: { driver: libvirt, memory: 4096MiB, port_forwards: ["0.0.0.0:8080:80/udp"], mounts: [".:/src:ro"],
      image: "https://example.org/a.qcow2", snapshots: before_change, provision: ["echo a"], networks: [lan] } }`,
      'vm.a',
    );
    const long = await resourceOf(
      `vms: { a: { driver: libvirt, memory: 4GiB, image: { location: "https://example.org/a.qcow2" },
      port_forwards: [{ host_ip: 0.0.0.0, host_port: 8080, guest_port: 80, protocol: udp }],
      mounts: [{ host_path: ., guest_path: /src, mode: ro }], snapshots: { when: before_change },
      provision: [{ script: echo a }], networks: [{ name: lan }] } }`,
      'vm.a',
    );

    expect(short?.config).toEqual(long?.config);
    expect(short?.config).toMatchObject({
      memory: '4GiB',
      port_forwards: { '8080': { host_ip: '0.0.0.0', host_port: 8080, guest_port: 80, protocol: 'udp' } },
      mounts: { '/src': { guest_path: '/src', mode: 'ro' } },
      image: { location: 'https://example.org/a.qcow2', digest: null },
      snapshots: { when: 'before_change', keep: 3 },
    });
  });

  it('are located by the keys of their lists', async () => {
    const text = `vms:
  a:
    driver: libvirt
    port_forwards:
      - "2222:22"
      - { host_port: 8080, guest_port: 80 }
`;
    const { environments } = await loadText(text);
    const lineOf = (...names: readonly string[]): number | undefined =>
      environments[0]?.locate('vm.a', fieldPath(...names))?.start.line;

    expect(lineOf('port_forwards', '2222', 'guest_port')).toBe(5);
    expect(lineOf('port_forwards', '8080', 'guest_port')).toBe(6);
    expect(lineOf('port_forwards', '9999')).toBe(4);
    expect(lineOf('memory')).toBe(2);
  });
});

it.each([
  ['a port that there is not', 'vms: { a: { driver: libvirt, port_forwards: ["99999:22"] } }', 'port_forwards[0]'],
  ['no port at all', 'vms: { a: { driver: libvirt, port_forwards: ["28122:0"] } }', 'port_forwards[0]'],
  [
    'memory that is none',
    'vms: { a: { driver: libvirt, memory: 0MiB } }',
    'memory must be a size of more than nothing',
  ],
  ['a disk that is none', 'vms: { a: { driver: libvirt, disk: "0" } }', 'disk must be a size of more than nothing'],
  [
    'a node port that there is not',
    'clusters: { c: { driver: kind, port_mappings: ["80:70000"] } }',
    'port_mappings[0]',
  ],
  [
    'a subnet that there is not',
    'clusters: { c: { driver: kwok, service_subnet: 10.0.0.0/99 } }',
    'service_subnet must be',
  ],
] as const)('%s is an error at its line', async (_what, text, expected) => {
  const { diagnostics } = await loadText(text);

  expect(described(diagnostics).join('\n')).toContain(expected);
});

it('subnets of both families are taken', async () => {
  const both =
    'clusters: { c: { driver: kind, pod_subnet: "10.244.0.0/16,fd00:10:244::/56", service_subnet: 10.96.0.0/12 } }';

  expect((await resourceOf(both, 'cluster.c'))?.config['service_subnet']).toBe('10.96.0.0/12');
});

describe('clusters', () => {
  it('have one control plane node and no workers where nobody says how many', async () => {
    const cluster = await resourceOf('clusters: { dev: { driver: kwok } }', 'cluster.dev');

    expect(cluster?.config['nodes']).toEqual({
      control_plane: { count: 1, labels: {}, taints: [] },
      workers: { count: 0, labels: {}, taints: [] },
    });
    expect(cluster).toMatchObject({ name: 'local-dev', engine: 'kwok', deletion_policy: 'delete' });
  });

  it('take a number of nodes for a group of as many', async () => {
    const text =
      'clusters: { dev: { driver: kwok, nodes: { workers: 3, control_plane: { taints: ["b:NoSchedule", "a:NoExecute"] } } } }';
    const cluster = await resourceOf(text, 'cluster.dev');

    expect(cluster?.config['nodes']).toEqual({
      control_plane: { count: 1, labels: {}, taints: ['a:NoExecute', 'b:NoSchedule'] },
      workers: { count: 3, labels: {}, taints: [] },
    });
  });
});

describe('VMs, clusters and services', () => {
  it('depend with all defaults on what has no value, as services do', async () => {
    const text = `vms: { a: { driver: libvirt, dependencies: { vm.b: } }, b: { driver: libvirt } }
clusters: { dev: { driver: kwok, dependencies: { vm.a: } } }`;

    expect((await resourceOf(text, 'vm.a'))?.dependencies).toMatchObject([{ address: 'vm.b' }]);
    expect((await resourceOf(text, 'cluster.dev'))?.dependencies).toMatchObject([{ address: 'vm.a' }]);
  });

  it('depend on one another, and wait for what the others can reach', async () => {
    const service = await resourceOf(
      `vms: { a: { driver: libvirt, dependencies: { cluster.c: { condition: service_healthy } } } }
clusters: { c: { driver: kwok } }
services: { b: { process: { command: [x] }, dependencies: [vm.a] } }`,
      'service.b',
    );

    expect(service?.dependencies.map(({ address, condition }) => [address, condition])).toEqual([
      ['vm.a', 'service_started'],
    ]);
    expect(service?.uses).toEqual([]);
  });

  it.each([
    {
      what: 'a circle across types',
      text: `vms: { a: { driver: libvirt, dependencies: [b] } }
services: { b: { process: { command: [x] }, dependencies: [vm.a] } }`,
      said: [
        'local/main.yaml:2:60 error dependency_cycle: resources depend on each other in a circle: service.b → vm.a → service.b (leave out one of these dependencies)',
      ],
    },
    {
      what: 'what never completes',
      text: `vms: { a: { driver: libvirt } }
services: { b: { process: { command: [x] }, dependencies: { vm.a: { condition: service_completed_successfully } } } }`,
      said: [
        'local/main.yaml:2:80 error invalid_reference: service_completed_successfully cannot be reached by vm.a: it never completes',
      ],
    },
    {
      what: 'a driver that is not that of the engine',
      text: `engines: { e: { driver: lima } }
vms: { a: { driver: libvirt, engine: e } }`,
      said: [
        'local/main.yaml:2:21 error engine_conflict: vm.a wants driver "libvirt", and engine "e" is of driver "lima" (leave one of the two out)',
      ],
    },
    {
      what: 'a port that is forwarded twice, and a file that is not there',
      text: `vms: { a: { driver: libvirt, kernel: ./vmlinuz, port_forwards: ["1:2", "1:3"] } }`,
      said: [
        'local/main.yaml:1:38 error invalid_path: "./vmlinuz" does not exist (paths are relative to the file that names them)',
        'local/main.yaml:1:72 error duplicate_key: "1" is declared twice',
      ],
    },
    {
      what: 'a VM that nothing declares, with the nearest name',
      text: `vms: { builder: { driver: libvirt } }
services: { b: { process: { command: [x] }, dependencies: [vm.bulder] } }`,
      said: ['local/main.yaml:2:60 error unknown_reference: no vm "bulder" is declared (did you mean "builder"?)'],
    },
  ])('say all about $what', async ({ text, said }) => {
    const { diagnostics } = await loadText(text);

    expect(described(diagnostics)).toEqual(said);
  });
});
