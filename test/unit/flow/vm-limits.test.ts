import { describe, expect, it } from 'vitest';
import { outsideLimits } from '../../../src/flow/vm-limits.ts';
import { described, loadText } from '../manifest/support.ts';

const GiB = 1024 ** 3;
const LIMITS = { memory: [2 * GiB, 32 * GiB], cpus: [1, 8], disk: [20 * GiB, 500 * GiB] } as const;

const TEXT = `vms:
  small: { driver: libvirt, memory: 1GiB, cpus: 1, disk: 20GiB }
  fitting: { driver: libvirt, memory: 32GiB, cpus: 8, disk: 500GiB }
  large: { driver: libvirt, memory: 33GiB, cpus: 9, disk: 501GiB }
  unsaid: { driver: libvirt, disk: 20GiB }
`;

describe('limits of VMs', () => {
  it('are errors at the lines of what is outside, and nothing else', async () => {
    const { environments } = await loadText(TEXT);
    const [environment] = environments;
    if (environment === undefined) throw new Error('nothing was loaded');

    expect(described(outsideLimits(environment, LIMITS))).toEqual([
      'local/main.yaml:4:29 error invalid_value: memory 33GiB of vm.large is outside of what trueup.yaml allows (vm_limits.memory: from 2GiB to 32GiB)',
      'local/main.yaml:4:44 error invalid_value: cpus 9 of vm.large is outside of what trueup.yaml allows (vm_limits.cpus: from 1 to 8)',
      'local/main.yaml:4:53 error invalid_value: disk 501GiB of vm.large is outside of what trueup.yaml allows (vm_limits.disk: from 20GiB to 500GiB)',
      'local/main.yaml:2:29 error invalid_value: memory 1GiB of vm.small is outside of what trueup.yaml allows (vm_limits.memory: from 2GiB to 32GiB)',
    ]);
    expect(outsideLimits(environment, {})).toEqual([]);
  });

  it('hold for every other disk as well, and at the VM whose disk says no size', async () => {
    const text = `vms:
  box:
    driver: libvirt
    disk: 20GiB
    additional_disks:
      - { name: data, size: 501GiB }
      - { name: logs, size: 20GiB }
  unsaid: { driver: libvirt }
`;
    const { environments } = await loadText(text);
    const [environment] = environments;
    if (environment === undefined) throw new Error('nothing was loaded');

    expect(described(outsideLimits(environment, LIMITS))).toEqual([
      expect.stringMatching(
        /^local\/main\.yaml:6:\d+ error invalid_value: additional_disks\.data\.size 501GiB of vm\.box is outside of what trueup\.yaml allows \(vm_limits\.disk: from 20GiB to 500GiB\)$/,
      ),
      expect.stringMatching(
        /^local\/main\.yaml:8:\d+ error invalid_value: disk of vm\.unsaid is as large as its image or its engine makes it, and trueup\.yaml limits it \(vm_limits\.disk: from 20GiB to 500GiB; declare `disk`\)$/,
      ),
    ]);
  });
});
