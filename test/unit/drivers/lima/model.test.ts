import { describe, expect, it } from 'vitest';
import { limaModel } from '../../../../src/drivers/lima/model.ts';
import { fieldPath } from '../../../../src/model/field-path.ts';
import type { Json, JsonObject } from '../../../../src/model/json.ts';
import type { Facts } from '../../../../src/model/observed.ts';
import { machine } from './machine.ts';

const NOWHERE = () => null;

const FACTS: Facts = {
  kind: 'lima',
  version: '2.2.0',
  home: '/home/user/.lima',
  host_arch: 'x86_64',
  host_os: 'linux',
  auto_accelerator: 'tcg',
};

function refused(config: JsonObject, name?: string): readonly string[] {
  return limaModel
    .unsupported(machine(config, name), null)
    .map(({ field_path: path, summary }) => `${path} ${summary}`);
}

describe('what Lima cannot honour', () => {
  it('is nothing of an ordinary machine', () => {
    expect(refused({})).toEqual([]);
  });

  it.each<[string, JsonObject, string]>([
    ['a machine from nothing', { image: null }, "$['image'] Lima makes a machine from an image"],
    ['a board', { machine: 'q35' }, "$['machine'] Lima chooses the board by itself"],
    ['suspending', { run_state: 'suspended' }, "$['run_state'] Lima cannot suspend a machine"],
    ['data for cloud-init', { cloud_init: { user_data: 'x' } }, "$['cloud_init'] Lima tells cloud-init its own"],
    ['a command line without a kernel', { cmdline: 'quiet' }, "$['cmdline'] cmdline goes with a kernel"],
    ['no network', { networks: {} }, `$['networks'] Lima puts every machine on the network "user"`],
    [
      'a secret that it would show',
      { labels: { a: { $secret: 'x' } } },
      "$['labels'] labels cannot hold a secret: Lima shows it",
    ],
    [
      'mounts in plain mode',
      { driver_options: { plain: true }, mounts: { '/src': { host_path: '/a', guest_path: '/src', mode: 'ro' } } },
      "$['mounts']['/src'] a machine in plain mode has no mounts",
    ],
    [
      'the port of its own ssh',
      { port_forwards: { '2222': { host_port: 2222, guest_port: 22, protocol: 'tcp', host_ip: '127.0.0.1' } } },
      "$['port_forwards']['2222']['guest_port'] Lima forwards port 22 of a guest by itself",
    ],
    [
      'a raw disk',
      { additional_disks: { data: { name: 'data', size: '1GiB', format: 'raw' } } },
      "$['additional_disks']['data']['format'] Lima chooses by itself how a disk is stored",
    ],
    [
      'snapshots of what is not QEMU',
      { driver_options: { vmType: 'vz' }, snapshots: { when: 'before_change', keep: 3 } },
      "$['snapshots'] Lima takes snapshots under QEMU alone",
    ],
    [
      'a user of its own for ssh',
      { ready: { ssh: { user: 'joe' } } },
      "$['ready']['ssh']['user'] Lima logs in by its own user and key",
    ],
  ])('is told at its line: %s', (_, config, expected) => {
    expect(refused(config)).toEqual([expected]);
  });

  it('is a snapshot where Lima takes something else than QEMU by itself', () => {
    const asked = machine({ snapshots: { when: 'before_change', keep: 3 } });
    const told = (hostOs: string): readonly string[] =>
      limaModel.unsupported(asked, { ...FACTS, host_os: hostOs }).map(({ field_path: path }) => path);

    expect([told('linux'), told('darwin'), refused(asked.config)]).toEqual([[], ["$['snapshots']"], []]);
  });

  it('is a name that it would refuse', () => {
    expect(refused({}, 'demo..box')).toHaveLength(1);
    expect(refused({}, 'x'.repeat(77))).toHaveLength(1);
  });

  it('is a name that is too long for the sockets of the host', () => {
    const name = 'x'.repeat(70);
    const told = limaModel.unsupported(machine({}, name), FACTS);

    expect(told.map(({ summary }) => summary)).toEqual([`the name "${name}" is too long by 6`]);
    expect(limaModel.unsupported(machine({}, 'x'.repeat(64)), FACTS)).toEqual([]);
  });

  it('is a raw key that it does not have, wherever it stands, and one that has a field', () => {
    expect(
      refused({ driver_options: { bogus: 1, ssh: { localport: 22 }, probes: [{ hints: 'x' }], cpus: 3 } }),
    ).toEqual([
      `$['driver_options']['bogus'] Lima has no key "bogus"`,
      `$['driver_options']['ssh']['localport'] Lima has no key "ssh.localport"`,
      `$['driver_options']['probes']['hints'] Lima has no key "probes.hints"`,
      `$['driver_options']['cpus'] "cpus" has a field of its own`,
    ]);
    const [told] = limaModel.unsupported(machine({ driver_options: { ssh: { localport: 22 } } }), null);
    expect(told?.detail).toBe('did you mean `localPort`?');
  });
});

describe('what a change takes', () => {
  function effect(names: readonly string[], before: Json, after: Json, config: JsonObject = {}): string {
    return limaModel.effect('vm', fieldPath(...names), before, after, FACTS, machine(config).config);
  }

  it.each<[string, readonly string[], Json, Json, string]>([
    ['processors', ['cpus'], 1, 2, 'pending_restart'],
    ['a disk that grows', ['disk'], '20GiB', '30GiB', 'pending_restart'],
    ['a disk that shrinks', ['disk'], '30GiB', '20GiB', 'replace'],
    ['another image', ['image', 'location'], '/a', '/b', 'replace'],
    ['another kernel', ['kernel'], '/a', '/b', 'replace'],
    ['another kind of processor', ['arch'], 'x86_64', 'aarch64', 'replace'],
    ['another user', ['driver_options', 'user', 'name'], 'a', 'b', 'replace'],
    ['another shell', ['driver_options', 'user', 'shell'], 'a', 'b', 'pending_restart'],
    ['plain mode', ['driver_options', 'plain'], false, true, 'replace'],
    ['a broken machine', ['run_state'], 'dead', 'running', 'restart'],
    ['a stopped machine', ['run_state'], 'stopped', 'running', 'in_place'],
    ['what was not made to its end', ['defined'], false, true, 'in_place'],
  ])('is told for %s', (_, names, before, after, expected) => {
    expect(effect(names, before, after)).toBe(expected);
  });

  it('is a restart where the manifest says so', () => {
    expect(effect(['memory'], '1GiB', '2GiB', { apply_restart: 'on_change' })).toBe('restart');
  });

  it('is in place for a disk that grows, and another disk for one that shrinks', () => {
    const disk = (before: Json, after: Json) => limaModel.effect('volume', fieldPath('size'), before, after, FACTS);

    expect(disk('1GiB', '2GiB')).toBe('in_place');
    expect(disk('2GiB', '1GiB')).toBe('replace');
  });
});

describe('equality', () => {
  it('is of meaning', () => {
    const equal = (name: string, desired: Json, observed: Json) =>
      limaModel.equal('vm', fieldPath(name), desired, observed, NOWHERE);

    expect(equal('memory', '1GiB', '1024MiB')).toBe(true);
    expect(equal('disk', '100000001', '100000256B')).toBe(true);
    expect(equal('stop_grace_period', '60s', '1m')).toBe(true);
    expect(equal('accelerator', null, 'tcg')).toBe(true);
    expect(equal('memory', '1GiB', '2GiB')).toBe(false);
  });
});

describe('further disks', () => {
  it('are objects of their own; the first disk is part of its machine', () => {
    const disks = { data: { name: 'data', size: '1GiB', format: 'qcow2' } };
    const implied = limaModel.implied?.(machine({ disk: '20GiB', additional_disks: disks }));

    expect(implied?.map(({ resource }) => [resource.address, resource.name])).toEqual([
      ['volume.box.data', 'demo-box.data'],
    ]);
  });
});

describe('acceleration', () => {
  it('is emulation on Linux until somebody says otherwise, with a word on it', () => {
    const resolved = (config: JsonObject) =>
      limaModel.comparable('vm', machine(config).config, FACTS)['accelerator'] ?? null;

    expect(resolved({})).toBe('tcg');
    expect(resolved({ accelerator: 'kvm' })).toBe('kvm');
    expect(resolved({ arch: 'aarch64' })).toBeNull();
    expect(limaModel.notices?.(machine(), FACTS).map(({ code }) => code)).toEqual(['unaccelerated']);
    expect(limaModel.notices?.(machine({ accelerator: 'tcg' }), FACTS)).toEqual([]);
  });
});
