import { describe, expect, it } from 'vitest';
import { factsOf } from '../../../../src/drivers/lima/facts.ts';
import { limitsOf } from '../../../../src/drivers/lima/survey.ts';

const FACTS = {
  ...factsOf({ name: 'host', home: '/home/user/.lima' }, 'limactl version 2.2.0\n'),
  host_os: 'linux',
  host_arch: 'x86_64',
};

describe('Lima', () => {
  it('is known by its version', () => {
    expect(FACTS).toMatchObject({ kind: 'lima', version: '2.2.0', home: '/home/user/.lima' });
  });

  it('that is too old, or has nothing to run machines with, is told as such', () => {
    expect(limitsOf({ ...FACTS, version: '1.0.4' }, false)).toEqual([
      'Lima 1.0.4 is too old: install 2.0 or newer',
      'there is no qemu-system-x86_64: install QEMU',
      '`accelerator: auto` takes TCG; declare `accelerator: kvm` where it works',
    ]);
    expect(limitsOf({ ...FACTS, host_os: 'darwin' }, false)).toEqual([]);
  });
});
