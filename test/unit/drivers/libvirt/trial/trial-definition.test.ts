import { describe, expect, it } from 'vitest';
import { engineOf } from '../../../../../src/drivers/libvirt/engine.ts';
import { factsOf } from '../../../../../src/drivers/libvirt/facts.ts';
import { trialDefinition } from '../../../../../src/drivers/libvirt/trial/trial-definition.ts';
import { writeXml } from '../../../../../src/drivers/libvirt/xml/write.ts';
import { desired } from '../../../../support/builders.ts';
import { recordedText, recordedXml } from '../recorded.ts';

const FACTS = factsOf(engineOf({ name: 'host', driver: 'libvirt', settings: {} }), {
  version: recordedText('version.txt'),
  capabilities: recordedXml('capabilities'),
  pool: null,
  kvmProved: false,
});

const VM = desired('box', {
  address: 'vm.box',
  type: 'vm',
  name: 'demo-box',
  config: {
    memory: '1GiB',
    cpus: 2,
    disk: '8GiB',
    kernel: '/boot/vmlinuz',
    accelerator: 'auto',
    networks: { user: { name: 'user', mac_address: null }, lab: { name: 'lab', mac_address: null } },
    port_forwards: { 2222: { host_port: 2222, guest_port: 22, protocol: 'tcp', host_ip: '127.0.0.1' } },
    mounts: { '/src': { host_path: '/src', guest_path: '/src', mode: 'rw' } },
    additional_disks: { data: { name: 'data', size: '1GiB', format: 'raw' } },
    driver_options: { xml: ['<on_crash>preserve</on_crash>', "<cpu mode='host-model'/>"] },
  },
});

describe('a machine that is tried', () => {
  const text = writeXml(trialDefinition(VM, FACTS, '/pool'));

  it('boots what the declared one boots, under KVM, with what is declared of it', () => {
    expect(text).toMatch(/^<domain type="kvm"[^]*<kernel>\/boot\/vmlinuz<[^]*<cpu mode="host-model"\/>/);
  });

  it('has a name and a disk of its own, and is nobody’s', () => {
    expect(text).toContain('<name>demo-box.kvm-trial</name>');
    expect(text).toContain('volume="demo-box.kvm-trial.disk"');
    expect(text).not.toContain('<metadata');
  });

  it('takes no port, network, folder or further disk from the one that may run', () => {
    expect(text).not.toMatch(/hostfwd|<interface|<filesystem|demo-box\.data/);
  });

  it('ends, whatever its guest does', () => {
    expect(text).toContain('<on_crash>destroy</on_crash><on_reboot>destroy</on_reboot>');
    expect(text).not.toContain('preserve');
  });
});
