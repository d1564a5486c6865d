import { describe, expect, it } from 'vitest';
import { assertLegal, assertLegalMeanwhile } from '../../../src/flow/vm-commands.ts';
import { libvirtModel } from '../../../src/drivers/libvirt/model.ts';
import { processModel } from '../../../src/drivers/process/model.ts';
import type { DriverModel } from '../../../src/drivers/driver.ts';
import { TrueupError } from '../../../src/model/failure.ts';
import type { Observation, ObservedRunState } from '../../../src/model/observed.ts';
import type { VmStatus, VmCommand } from '../../../src/model/vm-status.ts';
import { desired, environment } from '../../support/builders.ts';

const VM = desired('builder', { type: 'vm', name: 'shop-builder', engine: 'host', config: { run_state: 'running' } });

function observed(state: ObservedRunState | null): Observation {
  const ownership = { owner: 'me', project: 'shop', environment: 'local', checkout: null, created_revision: null };
  const status = {
    reason: null,
    since: null,
    exit_code: null,
    restarts: 0,
    incarnation: null,
    health: 'none',
  } as const;
  const vm = {
    type: 'vm',
    name: 'shop-builder',
    id: 'a-uuid',
    ownership: { ...ownership, address: 'vm.builder' },
    configured: {},
    effective: null,
    status: { ...status, run_state: state, details: {} },
  } as const;
  return { status: 'known', engine: 'host', facts: null, objects: state === null ? [] : [vm] };
}

function complaint(command: VmCommand, observation: Observation, model: DriverModel = libvirtModel): string {
  const observations = new Map([['host', observation]]);
  const engines = new Map();
  const now = {
    declared: environment([VM]),
    observations: { observations, engines, [Symbol.asyncDispose]: () => Promise.resolve() },
    owners: ['me'],
    models: new Map([['host', model]]),
  };
  return messageOf(() => assertLegal({ command, addresses: ['vm.builder'] }, now));
}

function messageOf(call: () => void): string {
  try {
    call();
    return 'legal';
  } catch (error) {
    return error instanceof TrueupError ? `${error.code}: ${error.message}; ${error.next}` : String(error);
  }
}

describe('a command for a VM', () => {
  it.each<[VmCommand, ObservedRunState]>([
    ['suspend', 'running'],
    ['suspend', 'suspended'],
    ['resume', 'suspended'],
    ['resume', 'paused'],
    ['start', 'stopped'],
    ['start', 'dead'],
    ['stop', 'running'],
    ['stop', 'stopped'],
  ])('%s is legal for what is %s', (command, state) => {
    expect(complaint(command, observed(state))).toBe('legal');
  });

  it.each<[VmCommand, ObservedRunState, string]>([
    [
      'suspend',
      'stopped',
      'vm.builder is Stopped, and from there it cannot suspend; run `trueup start vm.builder` first',
    ],
    [
      'resume',
      'stopped',
      'vm.builder is Stopped, and from there it cannot resume; run `trueup start vm.builder` first',
    ],
    [
      'stop',
      'suspended',
      'vm.builder is Suspended, and from there it cannot stop; run `trueup resume vm.builder` first',
    ],
    [
      'start',
      'suspended',
      'vm.builder is Suspended, and from there it cannot start; run `trueup resume vm.builder` first',
    ],
    [
      'suspend',
      'dead',
      'vm.builder is Error, and from there it cannot suspend; run `trueup apply vm.builder`, which repairs it',
    ],
  ])('%s is illegal for what is %s, and the state is named', (command, state, message) => {
    expect(complaint(command, observed(state))).toBe(`illegal_transition: ${message}`);
  });

  it('that is about what it remembers needs it to be there', () => {
    expect(complaint('resume', observed(null))).toContain('vm.builder is not there');
    expect(complaint('start', observed(null))).toBe('legal');
  });

  it('leaves it to the plan to say that an engine does not answer', () => {
    const silent = { status: 'unreachable', engine: 'host', error: 'no', provided_by: null } as const;

    expect(complaint('suspend', silent)).toBe('legal');
  });

  it('is illegal where its engine cannot do it', () => {
    expect(complaint('suspend', observed('running'), processModel)).toContain('cannot suspend to disk');
  });

  it.each<[VmCommand, VmStatus, string]>([
    ['stop', 'Suspending', 'illegal_transition: vm.builder is Suspending'],
    ['resume', 'Stopping', 'illegal_transition: vm.builder is Stopping'],
    ['stop', 'Running', 'legal'],
  ])('%s that meets another which has brought it to %s says so', (command, status, message) => {
    const nothing = { id: null, created_at: null, last_started: null, last_stopped: null };
    const memory = new Map([['vm.builder', { ...nothing, status }]] as const);

    expect(messageOf(() => assertLegalMeanwhile({ command, addresses: ['vm.builder'] }, memory))).toContain(message);
  });
});
