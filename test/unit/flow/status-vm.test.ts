import { describe, expect, it } from 'vitest';
import { virtualMachineOf, type VmSight } from '../../../src/flow/status-vm.ts';
import type { ObservedObject, ObservedStatus } from '../../../src/model/observed.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { VirtualMachine } from '../../../src/model/virtual-machine.ts';
import { desired } from '../../support/builders.ts';

const VM = desired('builder', {
  type: 'vm',
  address: 'vm.builder',
  name: 'shop-builder',
  config: { arch: 'aarch64', cpus: 4, memory: '8GiB', disk: '60GiB', port_forwards: {} },
});

const FORWARDS = { 2222: { host_port: 2222, guest_port: 22, protocol: 'tcp', host_ip: '127.0.0.1' } };

function object(
  type: 'vm' | 'volume',
  configured: JsonObject,
  status: Partial<ObservedStatus> = {},
  effective: JsonObject | null = null,
): ObservedObject {
  const address = type === 'vm' ? 'vm.builder' : 'volume.builder.disk';
  const ownership = { owner: 'me', project: 'shop', environment: 'local', checkout: null, created_revision: null };
  return {
    type,
    name: type === 'vm' ? 'shop-builder' : 'shop-builder.disk',
    id: 'a-uuid',
    ownership: { ...ownership, address },
    configured,
    effective,
    status: {
      run_state: type === 'vm' ? 'running' : null,
      reason: null,
      since: type === 'vm' ? '2026-01-31T10:00:00.000Z' : null,
      exit_code: null,
      restarts: 0,
      incarnation: null,
      health: 'none',
      details: {},
      ...status,
    },
  };
}

const DISK = object('volume', { size: '100GiB' }, { details: { path: '/var/lib/pool/shop-builder.disk' } });

function shown(vm: ObservedObject | null, sight: Partial<VmSight> = {}): VirtualMachine | null {
  const objects = vm === null ? [] : [vm, DISK];
  return virtualMachineOf(VM, { objects, object: vm, health: 'none', ...sight });
}

describe('a VM in the words of the tools around it', () => {
  it('is as it runs, in their units', () => {
    const vm = object('vm', { cpus: 4, memory: '8GiB', port_forwards: FORWARDS }, {}, { memory: '1536MiB' });

    expect(shown(vm)).toEqual({
      id: 'a-uuid',
      name: 'shop-builder',
      status: 'Running',
      arch: 'arm64',
      memoryMB: 1536,
      cpus: 4,
      diskSizeGB: 100,
      sshLocalPort: 2222,
      directory: '/var/lib/pool',
      createdAt: null,
      lastStarted: '2026-01-31T10:00:00.000Z',
      lastStopped: null,
    });
  });

  it('takes from its engine what that knows', () => {
    const details = {
      ssh_local_port: 60022,
      directory: '/home/kim/.vms/builder',
      created_at: '2026-01-01T00:00:00.000Z',
      last_started: '2026-01-02T00:00:00.000Z',
      last_stopped: '2026-01-03T00:00:00.000Z',
    };

    expect(shown(object('vm', {}, { run_state: 'stopped', since: null, details }))).toMatchObject({
      status: 'Stopped',
      sshLocalPort: 60022,
      directory: '/home/kim/.vms/builder',
      createdAt: '2026-01-01T00:00:00.000Z',
      lastStarted: '2026-01-02T00:00:00.000Z',
      lastStopped: '2026-01-03T00:00:00.000Z',
    });
  });

  it('is told of its past what is remembered of it, and of no other that had its name', () => {
    const memory = {
      id: 'a-uuid',
      status: 'Stopped',
      created_at: '2026-01-01T00:00:00.000Z',
      last_started: '2026-01-02T00:00:00.000Z',
      last_stopped: '2026-01-03T00:00:00.000Z',
    } as const;
    const vm = object('vm', {}, { run_state: 'stopped', since: null });

    expect(shown(vm, { memory })).toMatchObject({
      createdAt: memory.created_at,
      lastStarted: memory.last_started,
      lastStopped: memory.last_stopped,
    });
    expect(shown(vm, { memory: { ...memory, id: 'another' } })).toMatchObject({ createdAt: null, lastStarted: null });
  });

  it('is nothing where it is not there', () => {
    expect(shown(null)).toBeNull();
  });

  it('is Unknown, and as declared, where its engine does not answer', () => {
    expect(shown(null, { objects: null })).toMatchObject({
      id: null,
      name: 'shop-builder',
      status: 'Unknown',
      memoryMB: 8192,
      diskSizeGB: 60,
      lastStarted: null,
    });
  });
});
