import { describe, expect, it } from 'vitest';
import { libvirtModel } from '../../../src/drivers/libvirt/model.ts';
import { type WithImplied, withImplied } from '../../../src/flow/implied.ts';
import { loadText } from '../manifest/support.ts';

async function impliedIn(text: string): Promise<WithImplied> {
  const { environments } = await loadText(text);
  const [environment] = environments;
  if (environment === undefined) throw new Error('nothing was loaded');
  const engines = Object.keys(environment.engines);
  return withImplied(environment, new Map(engines.map((name) => [name, libvirtModel])));
}

async function mistakesIn(text: string): Promise<readonly string[]> {
  const { diagnostics } = await impliedIn(text);
  return diagnostics.map(({ summary, source }) => `${summary}: line ${source?.start.line}`);
}

async function movedIn(text: string): Promise<readonly string[]> {
  const { moved } = (await impliedIn(text)).environment;
  return moved.map(({ from, to }) => `${from} > ${to}`);
}

describe('what a VM brings along', () => {
  it('moves where the VM moves', async () => {
    const text = `vms: { crate: { driver: libvirt, disk: 1GiB, additional_disks: [{ name: data, size: 1GiB }] } }
moved: [{ from: vm.box, to: vm.crate }]
`;

    expect(await movedIn(text)).toEqual([
      'vm.box > vm.crate',
      'volume.box.disk > volume.crate.disk',
      'volume.box.data > volume.crate.data',
    ]);
  });

  it('stays where nothing moves', async () => {
    expect(await movedIn('vms: { crate: { driver: libvirt, disk: 1GiB } }\n')).toEqual([]);
  });
});

describe('what two VMs bring along', () => {
  it('is never one disk', async () => {
    const text = `vms:
  a: { driver: libvirt, disk: 1GiB, additional_disks: [{ name: b.disk, size: 1GiB }] }
  a.b: { driver: libvirt, disk: 1GiB }
`;

    expect(await mistakesIn(text)).toEqual([
      'volume.a.b.disk of vm.a.b would be the same as volume.a.b.disk of vm.a: line 3',
    ]);
  });

  it('may have the name of a disk of another', async () => {
    const disks = 'disk: 1GiB, additional_disks: [{ name: data, size: 1GiB }]';
    const text = `vms: { a: { driver: libvirt, ${disks} }, b: { driver: libvirt, ${disks} } }\n`;

    expect(await mistakesIn(text)).toEqual([]);
  });
});
