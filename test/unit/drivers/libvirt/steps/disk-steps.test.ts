import { describe, expect, it } from 'vitest';
import type { StepsContext } from '../../../../../src/drivers/driver.ts';
import { diskSteps } from '../../../../../src/drivers/libvirt/steps/disk-steps.ts';
import { change, desired } from '../../../../support/builders.ts';
import { observed } from '../../../../support/planning.ts';

function machine(key: string, state = 'running'): ReturnType<typeof desired> {
  const config = { run_state: state, uses: [`volume.${key}.disk`] };
  return desired(key, { type: 'vm', name: `demo-${key}`, config });
}

function texts(steps: ReturnType<typeof diskSteps>): readonly string[] {
  return steps.map(({ address, verb }) => `${address} ${verb}`);
}

function around(state: string): StepsContext {
  const box = machine('box', state);
  return { ...CONTEXT, desired: new Map([[box.address, box]]), observed: new Map([[box.address, observed(box)]]) };
}

const CONTEXT: StepsContext = {
  facts: null,
  project: 'demo',
  environment: 'local',
  desired: new Map(),
  observed: new Map([machine('a'), machine('a.b')].map((one) => [one.address, observed(one)])),
  find: () => null,
  remade: new Set(),
  destroyData: false,
  keepsAside: false,
  aside: null,
};

describe('a disk that is made anew', () => {
  it('stops the machine that has it, and none whose name its name begins with', () => {
    const replaced = change('volume.a.b.disk', { action: 'replace', name: 'demo-a.b.disk', after: { size: '1GiB' } });

    const steps = diskSteps(replaced, CONTEXT);

    expect(steps.map(({ address, verb }) => `${address} ${verb}`)).toEqual([
      'vm.a.b stop',
      'volume.a.b.disk remove_disk',
      'volume.a.b.disk create_disk',
      'vm.a.b start',
    ]);
  });

  it.each([
    ['paused', 'start'],
    ['suspended', 'suspend'],
  ])('stops one that is %s as well', (state, verb) => {
    const replaced = change('volume.box.disk', { action: 'replace', name: 'demo-box.disk', after: { size: '1GiB' } });

    expect(texts(diskSteps(replaced, around(state)))).toEqual([
      'vm.box stop',
      'volume.box.disk remove_disk',
      'volume.box.disk create_disk',
      `vm.box ${verb}`,
    ]);
  });

  it('keeps its mark meanwhile', () => {
    const replaced = change('volume.box.disk', { action: 'replace', name: 'demo-box.disk', after: { size: '1GiB' } });

    const removal = diskSteps(replaced, around('stopped')).find(({ verb }) => verb === 'remove_disk');

    expect(removal?.args).toEqual({ name: 'demo-box.disk', remade: true });
  });
});

describe('a disk that is gone', () => {
  const created = change('volume.box.disk', { action: 'create', name: 'demo-box.disk', after: { size: '1GiB' } });

  it('takes along what a suspended machine remembers of it', () => {
    expect(texts(diskSteps(created, around('suspended')))).toEqual([
      'vm.box forget',
      'volume.box.disk create_disk',
      'vm.box suspend',
    ]);
  });

  it('does not bring back one that lacks another disk as well', () => {
    const context = around('suspended');
    const lacking = [...context.desired].map(([address, one]) => {
      return [address, { ...one, uses: ['volume.box.data', 'volume.box.disk'] as const }] as const;
    });

    const steps = diskSteps(created, { ...context, desired: new Map(lacking) });

    expect(texts(steps)).toEqual(['vm.box forget', 'volume.box.disk create_disk']);
  });

  it('is just made where its machine is at rest', () => {
    expect(texts(diskSteps(created, around('stopped')))).toEqual(['volume.box.disk create_disk']);
  });
});
