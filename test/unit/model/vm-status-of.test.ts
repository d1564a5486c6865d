import { describe, expect, it } from 'vitest';
import { vmStatusOf } from '../../../src/model/vm-status-of.ts';

describe('the status of a VM', () => {
  it.each([
    ['created', 'Stopped'],
    ['stopped', 'Stopped'],
    ['running', 'Running'],
    ['paused', 'Suspended'],
    ['suspended', 'Suspended'],
    ['failed', 'Error'],
    ['dead', 'Error'],
    [null, 'Unknown'],
  ] as const)('is of %s that it is %s', (runState, status) => {
    expect(vmStatusOf({ run_state: runState, health: 'none' })).toBe(status);
  });

  it('is Starting while it is not known to work', () => {
    expect(vmStatusOf({ run_state: 'running', health: 'starting' })).toBe('Starting');
  });

  it('is what its engine says where that says more', () => {
    expect(vmStatusOf({ run_state: 'paused', health: 'none', vm_status: 'Error' })).toBe('Error');
  });
});
