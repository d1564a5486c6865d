import { describe, expect, it } from 'vitest';
import { autoAccelerator, factsOf } from '../../../../../src/drivers/libvirt/facts.ts';
import { stateOf } from '../../../../../src/drivers/libvirt/observe/domain-state.ts';
import { eventOf } from '../../../../../src/drivers/libvirt/observe/events.ts';
import { diskObject, machineObject } from '../../../../../src/drivers/libvirt/observe/objects.ts';
import { isEstablished } from '../../../../../src/drivers/libvirt/reach/forwards.ts';
import { readVolume } from '../../../../../src/drivers/libvirt/volumes/describe.ts';
import { parseXml } from '../../../../../src/drivers/libvirt/xml/parse.ts';
import { recordedText, recordedXml } from '../recorded.ts';

const NO_SEED = () => ({ cloud_init: null, provision: [] });

function machine(changes: { readonly live?: boolean; readonly persistent?: boolean } = {}) {
  const { live = true, persistent = true } = changes;
  return machineObject(
    {
      name: 'demo-box',
      uuid: 'de7dd469-076f-4f7a-8bf7-56859b903ee8',
      state: stateOf(live ? 'running (booted)' : 'shut off (shutdown)', false),
      inactive: recordedXml('defined'),
      live: live ? recordedXml('running') : null,
      autostart: true,
      persistent,
    },
    NO_SEED,
  );
}

describe('a machine', () => {
  it('is told in the words of manifests', () => {
    expect(machine().configured).toMatchObject({
      arch: 'x86_64',
      machine: 'pc-i440fx-7.2',
      accelerator: 'tcg',
      cpus: 2,
      memory: '160MiB',
      kernel: '/home/kim/shop/vmlinuz',
      disk: 'attached',
      additional_disks: { data: { name: 'data' } },
      networks: { user: { name: 'user', mac_address: null } },
      port_forwards: { 22522: { host_port: 22522, guest_port: 22, protocol: 'tcp', host_ip: '127.0.0.1' } },
      mounts: {},
      driver_options: {},
      autostart: true,
      run_state: 'running',
      labels: { team: 'core' },
      stop_grace_period: '10s',
    });
  });

  it('lags behind in nothing where what runs is what is defined', () => {
    expect(machine().effective).toBeNull();
  });

  it('says whose it is, and which disks go after it', () => {
    const { ownership, configured } = machine();

    expect({ address: ownership?.address, uses: configured['uses'] }).toEqual({
      address: 'vm.box',
      uses: ['volume.box.disk', 'volume.box.data'],
    });
  });

  it('that somebody has renamed has the disks that it had', () => {
    const definition = recordedText('defined.xml')
      .replace('<name>demo-box</name>', '<name>other</name>')
      .replace('"labels":', '"name":"demo-box","labels":');
    const renamed = machineObject(
      {
        name: 'other',
        uuid: 'de7dd469-076f-4f7a-8bf7-56859b903ee8',
        state: stateOf('shut off (shutdown)', false),
        inactive: parseXml(definition),
        live: null,
        autostart: true,
        persistent: true,
      },
      NO_SEED,
    );

    expect(renamed.configured).toMatchObject({ disk: 'attached', additional_disks: { data: { name: 'data' } } });
  });

  it('has another incarnation with each start', () => {
    expect(machine().status.incarnation).toMatch(/^de7dd469-.*\.\d+\.2026-/);
    expect(machine({ live: false }).status.incarnation).toBeNull();
  });

  it('that was undefined while it runs is not defined', () => {
    expect(machine({ persistent: false })).toMatchObject({
      configured: { defined: false },
      status: { reason: 'it is undefined, and gone once it stops' },
    });
  });
});

describe('a disk', () => {
  it('is as large as libvirt says, over the image that it began with', () => {
    const object = diskObject({ volume: readVolume(recordedXml('disk')), mark: null });

    expect(object).toMatchObject({
      type: 'volume',
      name: 'demo-box.disk',
      ownership: null,
      configured: {
        size: '120MiB',
        format: 'qcow2',
        image: { digest: ['sha256:d3918a46fe11f010cfa597774d394c5f55da29ac299eb46ba1f49770ff9b75dd'] },
      },
    });
  });
});

describe('states', () => {
  it.each([
    ['running (booted)', false, 'running'],
    ['idle', false, 'running'],
    ['in shutdown', false, 'running'],
    ['paused (user)', false, 'paused'],
    ['paused (I/O error)', false, 'paused'],
    ['pmsuspended', false, 'paused'],
    ['crashed (panicked)', false, 'dead'],
    ['shut off (crashed)', false, 'failed'],
    ['shut off (failed)', false, 'failed'],
    ['shut off (saved)', true, 'suspended'],
    ['shut off (saved)', false, 'stopped'],
    ['shut off (unknown)', true, 'suspended'],
    ['shut off (unknown)', false, 'stopped'],
    ['shut off (destroyed)', false, 'stopped'],
  ])('%s is told in our words', (text, hasSave, state) => {
    expect(stateOf(text, hasSave).run_state).toBe(state);
  });

  it.each([
    ['I/O error', 'is there space left'],
    ['migrating', 'brought back from disk'],
    ['creating snapshot', 'is being taken'],
    ['from snapshot', 'a snapshot has brought it back'],
    ['something new', 'it is paused: something new'],
  ])('says why it is paused, in words of its own for %s', (why, reason) => {
    expect(stateOf(`paused (${why})`, false).reason).toContain(reason);
  });
});

describe('facts', () => {
  const sources = {
    version: recordedText('version.txt'),
    capabilities: recordedXml('capabilities'),
    pool: null,
    kvmProved: false,
  };
  const engine = { name: 'host', uri: 'qemu:///system', pool: 'default', isLocal: true };

  it('name what the host can run', () => {
    expect(factsOf(engine, sources)).toMatchObject({
      version: '9.0.0',
      hypervisor: 'QEMU 7.2.22',
      host_arch: 'x86_64',
      emulators: { x86_64: 'pc' },
      auto_accelerator: 'tcg',
    });
  });

  it('take KVM only where it is proved, whatever libvirt lists, and for guests of the host’s own kind', () => {
    const proved = factsOf(engine, { ...sources, kvmProved: true });

    expect([factsOf(engine, sources).kvm, proved.kvm]).toEqual(['unproved', 'proved']);
    expect([autoAccelerator(proved, null), autoAccelerator(proved, 'aarch64')]).toEqual(['kvm', 'tcg']);
  });
});

describe('events', () => {
  it('say which machine, and what became of it', () => {
    expect(eventOf("event 'lifecycle' for domain 'demo-box': Started Booted")).toEqual({
      type: 'changed',
      object: { type: 'vm', name: 'demo-box' },
      action: 'started',
    });
  });

  it('are none where a line is about something else', () => {
    expect(eventOf('events received: 3')).toBeNull();
  });
});

describe('a forwarded port', () => {
  const table = (state: string) => `Hub -1 (trueup-user):
  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ
  TCP[${state}]      20       127.0.0.1 22522       10.0.2.15    22     0     0
  TCP[HOST_FORWARD]  13       127.0.0.1 22522       10.0.2.15    22     0     0`;

  it('is answered once the guest has accepted, and not before', () => {
    expect([isEstablished(table('ESTABLISHED'), 22522), isEstablished(table('SYN_SENT'), 22522)]).toEqual([
      true,
      false,
    ]);
  });
});
