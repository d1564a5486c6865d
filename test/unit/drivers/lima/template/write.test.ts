import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../../../../src/drivers/lima/template/read.ts';
import { templateOf } from '../../../../../src/drivers/lima/template/write.ts';
import { SEALER } from '../../../../support/sealer.ts';
import { machine } from '../machine.ts';

const { config } = machine({
  memory: '1.5GiB',
  disk: '100000001',
  kernel: '/images/vmlinuz',
  cmdline: 'quiet',
  additional_disks: { data: { name: 'data', size: '1GiB', format: 'qcow2' } },
  mounts: { '/src': { host_path: '/home/user/src', guest_path: '/src', mode: 'ro' } },
  networks: {
    user: { name: 'user', mac_address: null },
    'user-v2': { name: 'user-v2', mac_address: '52:54:00:aa:00:01' },
    vzNAT: { name: 'vzNAT', mac_address: null },
  },
  port_forwards: { '2222': { host_port: 2222, guest_port: 22, protocol: 'tcp', host_ip: '127.0.0.1' } },
  provision: [
    { mode: 'system', script: 'echo {{a}}' },
    { mode: 'user', script: '#!/bin/bash\ntrue' },
  ],
  environment_variables: { TOKEN: { $secret: 'x' }, COUNT: '3' },
  driver_options: { timezone: 'Europe/Berlin' },
});

const TEMPLATE = templateOf({ name: 'demo-box', config, hostArch: 'x86_64', reveal: () => 'hush' });

describe('a template', () => {
  it('is what is declared, in the words of Lima', () => {
    expect(TEMPLATE).toEqual({
      timezone: 'Europe/Berlin',
      arch: 'x86_64',
      images: [
        { location: '/images/disk.qcow2', arch: 'x86_64', kernel: { location: '/images/vmlinuz', cmdline: 'quiet' } },
      ],
      cpus: 1,
      memory: '1536MiB',
      disk: '100000256B',
      additionalDisks: [{ name: 'demo-box.data' }],
      mounts: [{ location: '/home/user/src', mountPoint: '/src', writable: false }],
      networks: [{ lima: 'user-v2', macAddress: '52:54:00:aa:00:01' }, { vzNAT: true }],
      portForwards: [{ guestPort: 22, hostPort: 2222, hostIP: '127.0.0.1', proto: 'tcp' }],
      provision: [
        { mode: 'system', script: '#!/bin/sh\necho {{"{{"}}a}}' },
        { mode: 'user', script: '#!/bin/bash\ntrue' },
      ],
      env: { TOKEN: 'hush', COUNT: '3' },
    });
  });

  it('forwards by itself in plain mode, where nobody in the guest says when', () => {
    const plain = { ...config, driver_options: { plain: true } };
    const { portForwards } = templateOf({ name: 'demo-box', config: plain, hostArch: 'x86_64', reveal: () => '' });

    expect(portForwards).toEqual([{ guestPort: 22, hostPort: 2222, hostIP: '127.0.0.1', proto: 'tcp', static: true }]);
  });

  it('is read back as it was declared', () => {
    const read = readTemplate(
      { ...TEMPLATE, provision: [{ mode: 'system', script: '#!/bin/sh\necho {{a}}' }] },
      { name: 'demo-box', secrets: ['environment_variables.TOKEN'], plainScripts: [0], sealer: SEALER },
    );

    expect(read).toMatchObject({
      memory: '1536MiB',
      additional_disks: { data: { name: 'data' } },
      mounts: { '/src': { host_path: '/home/user/src', guest_path: '/src', mode: 'ro' } },
      networks: config['networks'],
      port_forwards: config['port_forwards'],
      provision: [{ mode: 'system', script: 'echo {{a}}' }],
      environment_variables: { TOKEN: SEALER.seal('hush'), COUNT: '3' },
    });
  });

  it('with forwards of a kind that no manifest has shows each of them', () => {
    const portForwards = [
      { guestPortRange: [1, 65535], hostPortRange: [1, 65535], proto: 'any', ignore: true },
      { guestSocket: '/run/docker.sock', hostSocket: '/tmp/docker.sock' },
    ];
    const read = readTemplate({ portForwards }, { name: 'x', secrets: [], plainScripts: [], sealer: SEALER });

    expect(Object.keys(read['port_forwards'] ?? {})).toEqual(['1-65535 1-65535', '/run/docker.sock /tmp/docker.sock']);
  });
});
