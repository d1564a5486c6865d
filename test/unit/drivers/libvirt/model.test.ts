import { describe, expect, it } from 'vitest';
import { libvirtModel } from '../../../../src/drivers/libvirt/model.ts';
import type { DesiredResource } from '../../../../src/model/desired.ts';
import { fieldPath } from '../../../../src/model/field-path.ts';
import type { Json, JsonObject } from '../../../../src/model/json.ts';
import type { Facts } from '../../../../src/model/observed.ts';

const NOWHERE = () => null;

function machine(config: JsonObject = {}, name = 'demo-box'): DesiredResource {
  return {
    address: 'vm.box',
    type: 'vm',
    key: 'box',
    name,
    engine: 'host',
    external: false,
    protect: false,
    deletion_policy: 'retain',
    on_failure: 'stop',
    drift: 'report',
    config: {
      cpus: 1,
      memory: '1GiB',
      networks: { user: { name: 'user', mac_address: null } },
      run_state: 'running',
      ready: {},
      ...config,
    },
    dependencies: [],
    uses: [],
    untracked: [],
  };
}

describe('disks of a machine', () => {
  it('have no name that a disk of another machine may have', () => {
    const names = ['data', 'b.disk', 'seed-1'];
    const further = Object.fromEntries(names.map((name) => [name, { name, size: '1GiB', format: 'qcow2' }]));

    const refused = libvirtModel.unsupported(machine({ additional_disks: further }), null);

    expect(refused.map(({ field_path: path }) => path)).toEqual([
      fieldPath('additional_disks', 'b.disk'),
      fieldPath('additional_disks', 'seed-1'),
    ]);
  });

  it('are objects of their own, at the lines that declare them', () => {
    const implied = libvirtModel.implied?.(
      machine({
        disk: '20GiB',
        image: { location: '/images/a.qcow2', digest: null },
        additional_disks: { data: { name: 'data', size: '1GiB', format: 'raw' } },
      }),
    );

    expect(
      implied?.map(({ resource: { address, name, config }, field_path: path }) => ({ address, name, path, config })),
    ).toEqual([
      {
        address: 'volume.box.disk',
        name: 'demo-box.disk',
        path: "$['disk']",
        config: {
          size: '20GiB',
          format: 'qcow2',
          image: { location: '/images/a.qcow2', digest: null },
          protect: false,
          deletion_policy: 'retain',
        },
      },
      {
        address: 'volume.box.data',
        name: 'demo-box.data',
        path: "$['additional_disks']['data']",
        config: { size: '1GiB', format: 'raw', image: null, protect: false, deletion_policy: 'retain' },
      },
    ]);
  });

  it('are none where a machine boots what it is handed', () => {
    expect(libvirtModel.implied?.(machine({ kernel: '/vmlinuz' }))).toEqual([]);
  });
});

describe('equality', () => {
  const equal = (
    type: 'vm' | 'volume',
    path: readonly string[],
    desired: Json,
    observed: Json,
    whole: JsonObject = {},
  ) => libvirtModel.equal(type, fieldPath(...path), desired, observed, NOWHERE, whole);

  it.each<[readonly string[], Json, Json, boolean]>([
    [['machine'], 'q35', 'pc-q35-7.2', true],
    [['machine'], 'pc', 'pc-i440fx-7.2', true],
    [['machine'], 'pc-q35-6.2', 'pc-q35-7.2', false],
    [['machine'], 'q35', 'pc-i440fx-7.2', false],
    [['memory'], '100000001B', '97657KiB', true],
    [['memory'], '1GiB', '2GiB', false],
    [['stop_grace_period'], '60s', '1m', true],
    [['networks', 'user', 'mac_address'], null, '52:54:00:12:34:56', true],
    [['networks', 'user', 'mac_address'], '52:54:00:AA:34:56', '52:54:00:aa:34:56', true],
    [['cpus'], 1, 2, false],
  ])('of %j, %j and %j is %j', (path, desired, observed, isEqual) => {
    expect(equal('vm', path, desired, observed)).toBe(isEqual);
  });

  it('of images is by content where that is declared', () => {
    const whole = { image: { location: '/a', digest: 'sha512:22' } };

    expect([
      equal('volume', ['image', 'digest'], 'sha512:22', ['sha256:11', 'sha512:22'], whole),
      equal('volume', ['image', 'location'], '/a', '/b', whole),
      equal('volume', ['image', 'digest'], 'sha512:33', ['sha256:11', 'sha512:22'], whole),
      equal('volume', ['image', 'location'], '/a', '/b', { image: { location: '/a', digest: null } }),
    ]).toEqual([true, true, false, false]);
  });
});

describe('what a change takes', () => {
  const effect = (type: 'vm' | 'volume', field: string, before: Json, after: Json, desired: JsonObject = {}) =>
    libvirtModel.effect(type, fieldPath(field), before, after, null, desired);

  it('waits for a restart, or is one', () => {
    expect([
      effect('vm', 'memory', '1GiB', '2GiB'),
      effect('vm', 'memory', '1GiB', '2GiB', { apply_restart: 'on_change' }),
    ]).toEqual(['pending_restart', 'restart']);
  });

  it('is another disk, unless it grows', () => {
    expect([
      effect('volume', 'size', '1GiB', '2GiB'),
      effect('volume', 'size', '2GiB', '1GiB'),
      effect('volume', 'image', null, {}),
    ]).toEqual(['in_place', 'replace', 'replace']);
  });

  it('is bringing down what has crashed', () => {
    expect([effect('vm', 'run_state', 'dead', 'running'), effect('vm', 'run_state', 'stopped', 'running')]).toEqual([
      'restart',
      'in_place',
    ]);
  });
});

describe('refused at its line', () => {
  it.each<[string, JsonObject]>([
    ["$['environment_variables']", { environment_variables: { A: 'b' } }],
    ["$['cmdline']", { cmdline: { $secret: 'x' } }],
    ["$['additional_disks']['console']", { additional_disks: { console: { name: 'console' } } }],
    [
      "$['mounts']['/a/path/that/is/longer/than/a/tag']['guest_path']",
      { mounts: { '/a/path/that/is/longer/than/a/tag': {} } },
    ],
    ["$['port_forwards']", { networks: {}, port_forwards: { 22: { guest_port: 22, protocol: 'tcp' } } }],
    ["$['ready']['serial']", { ready: { serial: '(' } }],
    ["$['ready']['ssh']", { ready: { ssh: { port: 22 } } }],
    ["$['ready']['ports']", { ready: { ports: [80] } }],
    ["$['health_check']['test']", { health_check: { test: ['CMD', 'true'] } }],
    ["$['driver_options']['firmware']", { driver_options: { firmware: 'x' } }],
    ["$['driver_options']['xml']", { driver_options: { xml: ['<a>'] } }],
    [
      "$['provision']",
      { provision: [{ mode: 'system', script: 'x' }], cloud_init: { user_data: '#cloud-config\nbootcmd: []\n' } },
    ],
  ])('%s', (path, config) => {
    expect(libvirtModel.unsupported(machine(config), null).map(({ field_path: found }) => found)).toEqual([path]);
  });

  it.each(['5', '0aa5dd8b-5a0b-4bd0-9b0e-1d0cfb0401ee', 'a/b', 'x'.repeat(201)])('the name %s', (name) => {
    expect(libvirtModel.unsupported(machine({}, name), null)).toHaveLength(1);
  });

  it('is nothing of a plain machine', () => {
    expect(libvirtModel.unsupported(machine(), null)).toEqual([]);
  });
});

describe('KVM', () => {
  const facts = { kind: 'libvirt', version: '9.0.0', host_arch: 'x86_64', emulators: {}, is_local: true };
  const unproved = { ...facts, kvm: 'unproved', auto_accelerator: 'tcg' };

  function noticed(config: JsonObject, given: JsonObject = unproved): readonly string[] {
    const known = { kind: 'libvirt', version: '9.0.0', ...given };
    return (libvirtModel.notices?.(machine(config), known) ?? []).map(({ code, detail }) => `${code}: ${detail ?? ''}`);
  }

  it('that is not proved is told to who leaves the choice to the host, with what would prove it', () => {
    expect(noticed({ accelerator: 'auto' })).toEqual([expect.stringMatching(/^unaccelerated: .*--boot vm\.NAME/)]);
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['proved', { accelerator: 'auto' }, { ...unproved, kvm: 'proved', auto_accelerator: 'kvm' }],
    ['asked for', { accelerator: 'kvm' }, unproved],
    ['not wanted', { accelerator: 'tcg' }, unproved],
    ['of no use', { accelerator: 'auto', arch: 'aarch64' }, unproved],
  ])('that is %s is no news', (_what, config, given) => {
    expect(noticed(config, given)).toEqual([]);
  });
});

describe('a machine', () => {
  const refused = (config: JsonObject, facts: Facts | null = null): readonly string[] =>
    libvirtModel.unsupported(machine(config), facts).map(({ field_path: path }) => path);
  const SECRET: Json = { $secret: 'a' };

  it('holds secrets where the guest alone reads them', () => {
    const config = {
      cloud_init: { user_data: SECRET },
      provision: [SECRET],
      ready: { ssh: { user: 'root', key: null, port: 22 } },
      port_forwards: { 2222: { host_ip: '127.0.0.1', host_port: 2222, guest_port: 22, protocol: 'tcp' } },
      health_check: { test: ['CMD', SECRET] },
    };

    expect(refused(config)).toEqual([]);
  });

  it.each(['image', 'kernel', 'machine', 'mounts', 'labels', 'driver_options'])('holds none in %s', (name) => {
    expect(refused({ [name]: { location: SECRET } })).toContain(fieldPath(name));
  });

  it('holds none in a test that goes by the guest agent, on the command line of virsh', () => {
    expect(refused({ ready: { guest_agent: true }, health_check: { test: ['CMD', SECRET] } })).toEqual([
      fieldPath('health_check', 'test'),
    ]);
  });

  it('of another host is not waited for by ports that listen there alone', () => {
    const facts: Facts = {
      kind: 'libvirt',
      version: '9.0.0',
      emulators: { x86_64: 'q35' },
      is_local: false,
      pool_path: '/pool',
    };
    const forward = (ip: string): JsonObject => ({ host_ip: ip, host_port: 2222, guest_port: 22, protocol: 'tcp' });
    const config = (ip: string): JsonObject => ({
      ready: { ssh: { user: 'root', key: null, port: 22 }, ports: [22] },
      port_forwards: { 2222: forward(ip) },
      health_check: { endpoints: { a: { url: 'http://localhost:2222/health' } } },
    });

    expect(refused(config('127.0.0.1'), facts)).toEqual([
      fieldPath('ready', 'ssh'),
      fieldPath('ready', 'ports'),
      fieldPath('health_check', 'endpoints', 'a'),
    ]);
    expect(refused(config('0.0.0.0'), facts)).toEqual([]);
  });
});
