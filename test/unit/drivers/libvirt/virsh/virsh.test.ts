import { describe, expect, it } from 'vitest';
import { assertReading } from '../../../../../src/drivers/libvirt/virsh/allowed.ts';
import { complaint, refused } from '../../../../../src/drivers/libvirt/virsh/failures.ts';
import { commandLine } from '../../../../../src/drivers/libvirt/virsh/quote.ts';

const ENGINE = { name: 'host', uri: 'qemu:///system', pool: 'default', isLocal: true };

describe('an observer', () => {
  it.each([
    [['dumpxml', 'x']],
    [['qemu-agent-command', 'x', '--timeout', '2', '{"execute":"guest-ping"}']],
    [['qemu-monitor-command', 'x', '--hmp', 'info usernet']],
  ])('may ask %j', (command) => {
    expect(() => assertReading([command])).not.toThrow();
  });

  it.each([
    [['define', 'x']],
    [['destroy', 'x']],
    [['vol-upload', 'x']],
    [['qemu-agent-command', 'x', '{"execute":"guest-shutdown"}']],
    [['qemu-monitor-command', 'x', '--hmp', 'quit']],
  ])('may not run %j', (command) => {
    expect(() => assertReading([['list'], command])).toThrow('an observer must not run');
  });
});

describe('commands', () => {
  it('keep their words, whatever is in them', () => {
    expect(
      commandLine([
        ['dumpxml', "a b;c'd"],
        ['list', '--all'],
      ]),
    ).toBe(String.raw`dumpxml 'a b;c'\''d'; list --all`);
  });
});

describe('complaints', () => {
  it('are told once and without their prefix', () => {
    expect(complaint("error: Failed to start domain 'x'\nerror: no space\n\nerror: no space\n")).toBe(
      "Failed to start domain 'x': no space",
    );
  });

  it.each([
    ['error: internal error: Could not set up host forwarding rule', 'port_in_use'],
    ['error: Storage pool not found: no pool', 'object_missing'],
    ["error: domain 'x' already exists with uuid 1", 'name_in_use'],
    ['error: failed to connect to the hypervisor', 'engine_unreachable'],
    ['error: something else', 'step_failed'],
  ])('%s has the code %s', (text, code) => {
    const error = refused(ENGINE, 'start', text);

    expect({ code: error.code, leadsOn: error.next !== null }).toEqual({ code, leadsOn: true });
  });
});
