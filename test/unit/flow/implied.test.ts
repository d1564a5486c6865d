import { describe, expect, it } from 'vitest';
import { libvirtModel } from '../../../src/drivers/libvirt/model.ts';
import { withImplied } from '../../../src/flow/implied.ts';
import { loadText } from '../manifest/support.ts';

async function movedIn(text: string): Promise<readonly string[]> {
  const { environments } = await loadText(text);
  const [environment] = environments;
  if (environment === undefined) throw new Error('nothing was loaded');
  const engines = Object.keys(environment.engines);
  const { moved } = withImplied(environment, new Map(engines.map((name) => [name, libvirtModel]))).environment;
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
