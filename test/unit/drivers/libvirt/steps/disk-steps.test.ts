import { describe, expect, it } from 'vitest';
import type { StepsContext } from '../../../../../src/drivers/driver.ts';
import { diskSteps } from '../../../../../src/drivers/libvirt/steps/disk-steps.ts';
import { change, desired } from '../../../../support/builders.ts';
import { observed } from '../../../../support/planning.ts';

function machine(key: string): ReturnType<typeof desired> {
  return desired(key, { type: 'vm', name: `demo-${key}`, config: { run_state: 'running' } });
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
});
