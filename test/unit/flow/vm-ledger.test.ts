import { describe, expect, it } from 'vitest';
import { VmLedger, type VmSeen } from '../../../src/flow/vm-ledger.ts';
import { scalarText } from '../../../src/model/json.ts';
import type { Address } from '../../../src/model/address.ts';
import type { VmMemory } from '../../../src/model/vm-event.ts';

const VM: Address = 'vm.builder';
const NOW = '2026-01-31T10:00:00.000Z';
const MEMORY: VmMemory = {
  id: 'a-uuid',
  status: 'Running',
  created_at: '2026-01-01T00:00:00.000Z',
  last_started: '2026-01-02T00:00:00.000Z',
  last_stopped: null,
};

function ledgerOf(memory: Partial<VmMemory> | null = {}): VmLedger {
  let ids = 0;
  return new VmLedger({
    environment: 'local',
    memory: new Map(memory === null ? [] : [[VM, { ...MEMORY, ...memory }]]),
    now: () => NOW,
    newId: () => String(++ids),
    mask: (text) => text.replaceAll('s3cret', '***'),
  });
}

function seen(overrides: Partial<VmSeen> = {}): VmSeen {
  return { id: 'a-uuid', status: 'Running', reason: null, created_at: null, since: null, ...overrides };
}

function told(ledger: VmLedger): readonly string[] {
  return ledger.takeEvents().map(({ eventType, severity, details }) => {
    const { from = null, to = null } = details;
    return [severity, eventType, ...(from === null ? [] : [scalarText(from), '>', scalarText(to)])].join(' ');
  });
}

describe('a look at a VM', () => {
  it('says nothing of what is as it was', () => {
    const ledger = ledgerOf();

    ledger.seen(VM, seen());

    expect(told(ledger)).toEqual([]);
    expect(ledger.memory.get(VM)).toEqual(MEMORY);
  });

  it('tells a jump by the world as a warning', () => {
    const ledger = ledgerOf();

    ledger.seen(VM, seen({ status: 'Error', reason: 'the guest has crashed' }));

    const [event] = ledger.takeEvents();
    expect(event).toMatchObject({
      vmId: 'local/vm.builder',
      eventType: 'StatusChanged',
      severity: 'Warning',
      message: 'builder went from Running to Error: the guest has crashed',
      details: { from: 'Running', to: 'Error', cause: 'world' },
      timestamp: NOW,
    });
  });

  it('blames nobody for what an earlier run has left half-way', () => {
    const ledger = ledgerOf({ status: 'Starting' });

    ledger.seen(VM, seen({ status: 'Stopped' }));

    expect(told(ledger)).toEqual(['Info StatusChanged Starting > Stopped']);
  });

  it('remembers when it was started and stopped', () => {
    const ledger = ledgerOf();

    ledger.seen(VM, seen({ status: 'Stopped' }));
    ledger.seen(VM, seen({ status: 'Running', since: '2026-01-31T09:59:00.000Z' }));

    expect(ledger.memory.get(VM)).toMatchObject({ last_stopped: NOW, last_started: '2026-01-31T09:59:00.000Z' });
  });

  it('takes another one under the same name for what it is', () => {
    const ledger = ledgerOf();

    ledger.seen(VM, seen({ id: 'another', status: 'Stopped' }));

    expect(told(ledger)).toEqual(['Warning StatusChanged Running > Stopped']);
    expect(ledger.memory.get(VM)).toEqual({
      id: 'another',
      status: 'Stopped',
      created_at: null,
      last_started: null,
      last_stopped: null,
    });
  });

  it('learns the id of what trueup made', () => {
    const ledger = ledgerOf(null);

    ledger.made(VM, NOW);
    ledger.seen(VM, seen({ status: 'Stopped' }));

    expect(told(ledger)).toEqual([]);
    expect(ledger.memory.get(VM)).toMatchObject({ id: 'a-uuid', created_at: NOW });
  });

  it('tells that it is gone, once', () => {
    const ledger = ledgerOf();

    ledger.gone(VM);
    ledger.gone(VM);

    expect(told(ledger)).toEqual(['Warning StatusChanged Running > Unknown']);
    expect(ledger.memory.size).toBe(0);
  });
});

describe('a step on a VM', () => {
  it('goes along the arrows', () => {
    const ledger = ledgerOf({ status: 'Suspended' });

    const from = ledger.begins(VM, 'Stopped', {});
    expect(told(ledger)).toEqual(['Info StatusChanged Suspended > Resuming']);
    ledger.arrives(VM, from, 'Stopped', {});

    expect(told(ledger)).toEqual([
      'Info StatusChanged Resuming > Running',
      'Info StatusChanged Running > Stopping',
      'Info StatusChanged Stopping > Stopped',
    ]);
    expect(ledger.memory.get(VM)).toMatchObject({ status: 'Stopped', last_started: NOW, last_stopped: NOW });
  });

  it('says nothing of a way that was gone before', () => {
    const ledger = ledgerOf();

    ledger.arrives(VM, ledger.begins(VM, 'Running', {}), 'Running', {});

    expect(told(ledger)).toEqual([]);
  });

  it('that fails leaves it wherever the next look finds it', () => {
    const ledger = ledgerOf({ status: 'Stopped' });

    ledger.begins(VM, 'Running', {});
    ledger.stuck(VM, 'no token s3cret', {});
    const [, error] = ledger.takeEvents();
    ledger.seen(VM, seen({ status: 'Error' }));

    expect(error).toMatchObject({ eventType: 'ErrorOccurred', severity: 'Error', message: 'no token ***' });
    expect(told(ledger)).toEqual(['Info StatusChanged Unknown > Error']);
  });

  it('that removes it ends what is known of it', () => {
    const ledger = ledgerOf();

    ledger.removed(VM, {});

    expect(told(ledger)).toEqual(['Info SystemEvent']);
    expect(ledger.memory.has(VM)).toBe(false);
  });
});
