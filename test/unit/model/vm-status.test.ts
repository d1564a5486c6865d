import { describe, expect, it } from 'vitest';
import { isLegal, type RestingVmStatus, VM_STATUSES, type VmCommand, wayTo } from '../../../src/model/vm-status.ts';

/** The arrows that bind what trueup causes. */
const ARROWS = new Set([
  'Stopped>Starting',
  'Starting>Running',
  'Running>Stopping',
  'Stopping>Stopped',
  'Running>Suspending',
  'Suspending>Suspended',
  'Suspended>Resuming',
  'Resuming>Running',
]);

const RESTING: readonly RestingVmStatus[] = ['Stopped', 'Running', 'Suspended'];

describe('the way of a VM', () => {
  it('goes along the arrows from wherever it rests', () => {
    for (const from of RESTING) {
      for (const to of RESTING) {
        const way = [from, ...wayTo(from, to)];
        const arrows = way.slice(1).map((status, index) => `${way[index]}>${status}`);

        expect(way.at(-1), `${from} to ${to}`).toBe(to);
        for (const arrow of arrows) expect(ARROWS, `${from} to ${to}`).toContain(arrow);
      }
    }
  });

  it('leads out of every status', () => {
    for (const from of VM_STATUSES) {
      for (const to of RESTING) expect([from, ...wayTo(from, to)].at(-1)).toBe(to);
    }
  });
});

describe('a command', () => {
  it.each<[VmCommand, string]>([
    ['suspend', 'Running, Suspended'],
    ['resume', 'Running, Suspended'],
    ['start', 'Stopped, Running, Error, Unknown'],
    ['stop', 'Stopped, Running, Error, Unknown'],
  ])('%s may be given to what is %s', (command, statuses) => {
    expect(VM_STATUSES.filter((status) => isLegal(command, status)).join(', ')).toBe(statuses);
  });
});
