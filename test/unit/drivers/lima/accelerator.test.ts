import { describe, expect, it } from 'vitest';
import { acceleratorOf, startVariables } from '../../../../src/drivers/lima/accelerator.ts';
import type { LimaFacts } from '../../../../src/drivers/lima/facts.ts';

const FACTS: LimaFacts = {
  kind: 'lima',
  version: '2.2.0',
  home: '/home/user/.lima',
  host_arch: 'x86_64',
  host_os: 'linux',
  auto_accelerator: 'tcg',
};

const TCG = {
  QEMU_SYSTEM_X86_64: 'qemu-system-x86_64 -machine q35,vmport=off -accel tcg,thread=multi,tb-size=512 -cpu max',
};

describe('the start of a machine', () => {
  it('is told to emulate where Lima would take KVM as soon as there is a device', () => {
    expect(startVariables({ accelerator: 'auto' }, FACTS, {})).toEqual(TCG);
    expect(startVariables({ accelerator: 'tcg' }, FACTS, {})).toEqual(TCG);
  });

  it('is left to Lima where that is wanted, and where Lima emulates, or accelerates by other means, anyway', () => {
    expect(startVariables({ accelerator: 'kvm' }, FACTS, {})).toEqual({});
    expect(startVariables({ accelerator: 'auto', arch: 'aarch64' }, FACTS, {})).toEqual({});
    const mac = { ...FACTS, host_os: 'darwin', auto_accelerator: null };
    expect(startVariables({ accelerator: 'auto' }, mac, {})).toEqual({});
  });

  it('keeps what a person has set, and the processor that is declared', () => {
    expect(startVariables({ accelerator: 'tcg' }, FACTS, { QEMU_SYSTEM_X86_64: 'qemu -accel kvm' })).toEqual({});
    const options = { vmOpts: { qemu: { cpuType: { x86_64: 'qemu64' } } } };
    const [line = ''] = Object.values(startVariables({ accelerator: 'tcg', driver_options: options }, FACTS, {}));
    expect(line).not.toContain('-cpu');
  });
});

describe('a process', () => {
  it.each([
    ['-machine q35,vmport=off -accel tcg,thread=multi -m 128', 'tcg'],
    ['-machine q35,accel=kvm -m 128', 'kvm'],
    ['-m 128', null],
  ])('of %s runs under %s', (line, expected) => {
    expect(acceleratorOf(line.split(' '))).toBe(expected);
  });
});
